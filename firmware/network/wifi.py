"""Joins one of the configured Wi-Fi networks. Loaded for that and forgotten."""

from asyncio import sleep_ms
from time import ticks_add, ticks_diff, ticks_ms

import network

from firmware import lazy
from firmware.board import this
from firmware.network import signal, verdict
from firmware.network.backoff import FIRST_MS, around, longer
from firmware.network.better import AIM
from firmware.network.choice import keep, order
from firmware.storage.keys import ADDRESS

HOST_NAME_MAX = 32
DASH = 45
POLL_MS = 50
TRY_MS = 15000  # association and DHCP of a slow access point take up to 10 s
SURE_MS = 4000  # the SDK tries again by itself: a failure must last so long before others have their turn
PAUSE_MS = 120000  # until the others have theirs again: an access point starts within that
LONGEST_MS = 900000  # of such a pause, for each network: their turns write the SDK's flash
LONG_MS = 86400000  # in vain for a day or for weeks: it is the same, and ticks wrap
# Fields of when the others have their turns again.
DUE = 0  # ticks_ms
PAUSE = 1  # ms until then, next time
KICK_MS = 60000  # no join takes that long: the SDK hangs in "connecting" for ever (MicroPython #5261)


def start(name):
    """Station on, under the plug's name; the soft AP, which the chip starts with, off. The station."""
    network.WLAN(network.AP_IF).active(False)
    network.hostname(_host_name(name))
    station = network.WLAN(network.STA_IF)
    station.active(True)
    return station


def _host_name(name):
    """Letters and digits of ASCII, "-" for others. Done by bytes: MicroPython keeps single characters."""
    firsts = [byte for byte in name.encode() if byte & 0xC0 != 0x80]  # of each character
    plain = [byte if bytes([byte]).isalpha() or bytes([byte]).isdigit() else DASH for byte in firsts]
    return bytes(plain)[:HOST_NAME_MAX].decode()


async def run(session, settings):
    """Return when one of the networks ({ssid, password}) is joined; tries them for ever."""
    networks = settings.get("wifi", ())
    manager = Manager(session)
    station = manager.station
    if settings.get("address"):
        manager.fix(settings["address"])
    aim = _aim(session)
    if aim:
        await lazy.run("firmware.network.look", manager, networks, *aim)
    await manager.keep_trying(order(networks, session.joined, station.config("ssid")))
    session.anew = False
    session.turns = None
    if len(networks) > 1:
        keep(
            session,
            station.config("ssid"),
            signal.dbm() if this.CHIP == "ESP32" else station.status("rssi"),
        )


def _aim(session):
    """Of a look for a better access point, once; None when there is none to begin."""
    look = session.look
    if not look:
        return None
    aim, look[AIM] = look[AIM], None
    return None if session.trying or session.anew else aim


class Manager:
    """`told`: the networks whose password the SDK has been told, though it knew their name."""

    def __init__(self, session):
        self.station = network.WLAN(network.STA_IF)
        self.session = session
        self.up = session.wifi_up
        self.told = set()
        self.since = None  # ticks_ms when "connecting" began
        if this.CHIP == "ESP32":
            self.verdict = None  # the last of `network.verdict`

    def fix(self, address):
        """A static address; the SDK forgets it at a reset."""
        try:
            self.station.ifconfig(tuple([address[part] for part in ADDRESS.split(" ")]))
        except (OSError, ValueError) as error:
            print("wifi address:", error)

    async def keep_trying(self, networks):
        """Return when one is joined. The first has all the time but for the others' turns, now and then."""
        wait = FIRST_MS
        if not self.session.turns:
            self.session.turns = [ticks_ms(), PAUSE_MS]
        others = self.session.turns
        while True:
            turns = networks if ticks_diff(ticks_ms(), others[DUE]) >= 0 else networks[:1]
            for known in turns:
                self.ask(known)
                if await self.turn(len(turns) > 1):
                    return
            if len(turns) > 1:
                others[DUE] = ticks_add(ticks_ms(), others[PAUSE])
                others[PAUSE] = min(2 * others[PAUSE], LONGEST_MS * len(networks))
            elif await self._within(around(wait), False) and networks:
                return
            else:
                wait = longer(wait)
            self._long_lost()

    def _long_lost(self):
        if self.session.without_wifi_ms() > LONG_MS:
            self.session.lost_at = ticks_add(ticks_ms(), -LONG_MS)

    def ask(self, known):
        """Have the SDK join it; told once what it knows, where that failed or is new: its flash wears."""
        station = self.station
        ssid = known["ssid"]
        goes_on = not (self._fails() or self.session.anew)
        try:
            if station.config("ssid") != ssid or not (goes_on or ssid in self.told):
                self.told.add(ssid)
                self.since = None
                if this.CHIP == "ESP32":
                    self.verdict = None
                station.disconnect()
                station.connect(ssid, known.get("password", ""))
            elif station.status() not in (network.STAT_CONNECTING, network.STAT_GOT_IP):
                station.connect()
        except OSError as error:  # the SDK does not take them
            print("wifi", ssid, error)

    async def turn(self, hasty=True):
        """Whether what was asked for is joined; `hasty`: not longer than until it has surely failed."""
        return await self._within(TRY_MS, hasty)

    async def _within(self, milliseconds, hasty):
        start = well = ticks_ms()
        while not self.up() and ticks_diff(ticks_ms(), start) < milliseconds:
            await sleep_ms(POLL_MS)
            self._kick()
            if not self._fails():
                well = ticks_ms()
            elif hasty and ticks_diff(ticks_ms(), well) > SURE_MS:
                break
        return self.up()

    def _fails(self):
        """Whether the SDK says that it does not succeed."""
        status = self.station.status()
        if this.CHIP == "ESP32":
            status = self.verdict = verdict.of(self.station, self.verdict)
        return status not in (network.STAT_IDLE, network.STAT_CONNECTING, network.STAT_GOT_IP)

    def _kick(self):
        """Begin anew what has been connecting for too long; what the SDK knows is not written again."""
        if self.station.status() != network.STAT_CONNECTING:
            self.since = None
        elif self.since is None:
            self.since = ticks_ms()
        elif ticks_diff(ticks_ms(), self.since) > KICK_MS:
            self.since = None
            print("wifi: connecting for too long, once more")
            try:
                self.station.disconnect()
                self.station.connect()
            except OSError as error:
                print("wifi not asked again:", error)
