"""Beacons to the multicast group, and answers to devices that ask (section 1)."""

import asyncio
import random
import socket
import struct
from collections.abc import Callable

from firmware.protocol import beacon
from firmware.protocol.errors import ProtocolError
from twig.hub.errors import PortTaken
from twig.hub.log import Log
from twig.hub.settings import HubSettings

Address = tuple[str, int]
ANY = "0.0.0.0"
TTL = 1
# Linux: take only the groups that this socket has joined, on its own interface.
IP_MULTICAST_ALL = 49
# Askers that are answered at once by unicast; more than that hear the beacon to the group.
ASKERS = 64
# Two answers to the group are at least so far apart, however many ask.
ANSWER_GAP = 0.05
log = Log("discovery")


class Discovery(asyncio.DatagramProtocol):
    """Announces `entries()`, the (protocol id, port) of what listens; silent while nothing does."""

    def __init__(
        self, settings: HubSettings, hub: bytes, entries: Callable[[], list[tuple[int, int]]]
    ) -> None:
        self._settings, self._hub, self._entries = settings, hub, entries
        self._loop = asyncio.get_running_loop()
        self._askers: set[Address] = set()
        self._answer: asyncio.TimerHandle | None = None
        self._answered = 0.0
        self._failing = False
        self._joined = False
        self.counts = {"sent": 0, "solicits": 0, "beacons_heard": 0, "bad": 0}

    async def start(self) -> int:
        """Begin to listen; the port. StartError when it cannot be had."""
        try:
            self._socket = _socket(self._settings)
        except OSError as error:
            place = self._settings.interface, self._settings.discovery_port
            raise PortTaken(error, *place, "--discovery-port", "--interface") from error
        self.port = int(self._socket.getsockname()[1])
        self._transport, _ = await self._loop.create_datagram_endpoint(lambda: self, sock=self._socket)
        return self.port

    def close(self) -> None:
        """Stop."""
        if self._answer:
            self._answer.cancel()
        self._transport.close()

    async def run(self) -> None:
        """Send the beacon for ever."""
        while True:
            self._join()
            self._send((beacon.GROUP, self.port))
            await asyncio.sleep(self._settings.timing.beacon)

    def datagram_received(self, data: bytes, sender: Address) -> None:
        """A solicit is answered; other hubs' beacons and rubbish are counted."""
        if data == beacon.SOLICIT:
            self.counts["solicits"] += 1
            self._asked(sender)
            return
        try:
            beacon.decode(data)
            self.counts["beacons_heard"] += 1
        except ProtocolError:
            self.counts["bad"] += 1

    def error_received(self, error: Exception) -> None:
        """An asker is gone, or the network is."""
        log.debug("datagram not delivered", reason=str(error))

    def _asked(self, sender: Address) -> None:
        if len(self._askers) < ASKERS:
            self._askers.add(sender)
        if self._answer is None:
            gap = self._answered + ANSWER_GAP - self._loop.time()
            delay = max(random.uniform(0, self._settings.timing.solicit_delay), gap)
            self._answer = self._loop.call_later(delay, self._send_answers)

    def _send_answers(self) -> None:
        self._answer, self._answered = None, self._loop.time()
        askers, self._askers = self._askers, set()
        for address in [(beacon.GROUP, self.port), *askers]:
            self._send(address)

    def _send(self, address: Address) -> None:
        entries = self._entries()
        if not entries:
            return
        try:
            self._socket.sendto(self._beacon(entries), address)
            self.counts["sent"] += 1
            self._report("")
        except OSError as error:
            if address[0] == beacon.GROUP:
                self._report(str(error.strerror))

    def _beacon(self, entries: list[tuple[int, int]]) -> bytes:
        flags = beacon.BACKUP if self._settings.role == "backup" else 0
        flags |= beacon.DEVELOPMENT if self._settings.development else 0
        # A hub that listens at one address names that; else its interface has one, or the datagram does.
        places = [self._settings.host, self._settings.interface, ANY]
        address = socket.inet_aton(next((place for place in places if place != ANY), ANY))
        return bytes(beacon.encode(flags, address, self._hub, entries))

    def _join(self) -> None:
        """Join the group; where the network is not up yet, the next beacon tries again."""
        if self._joined:
            return
        request = struct.pack(
            "4s4s", socket.inet_aton(beacon.GROUP), socket.inet_aton(self._settings.interface)
        )
        try:
            self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, request)
            self._joined = True
        except OSError as error:
            self._report(str(error.strerror))

    def _report(self, failing: str) -> None:
        """Log a change for the worse or the better, once; joining and sending give other reasons."""
        if bool(failing) != self._failing:
            self._failing = bool(failing)
            if failing:
                log.warning("beacons cannot be sent", interface=self._settings.interface, reason=failing)
            else:
                log.info("beacons are sent again", interface=self._settings.interface)


def _socket(settings: HubSettings) -> socket.socket:
    """A socket for the group; several hubs and devices on one host share the port."""
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        udp.setblocking(False)
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, TTL)
        udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 1)
        if settings.interface != ANY:
            udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(settings.interface))
        try:
            udp.setsockopt(socket.IPPROTO_IP, IP_MULTICAST_ALL, 0)
        except OSError as error:  # not Linux: other hosts' groups are heard too, which does no harm
            log.debug("groups are not kept apart", reason=str(error))
        udp.bind((ANY, settings.discovery_port))
    except OSError:
        udp.close()
        raise
    return udp
