"""The link to a Twig hub: joins, reports, obeys (PROTOCOL sections 3 and 4)."""

from hashlib import sha256
from os import urandom
from time import ticks_diff, ticks_ms

from firmware.links import identity, values
from firmware.links.connection import Connection, Lost
from firmware.network.backoff import jitter
from firmware.protocol import codec, layouts
from firmware.protocol.commands import (
    ACCEPT_DEVICE,
    ACKNOWLEDGE,
    ERROR,
    FACTORY_RESET,
    GET_CONFIG,
    GET_PARENT,
    GET_VALUE,
    IDENTIFY,
    IOS_COMPLETE,
    NOT_REGISTERED,
    OFFER_KEY,
    OFFER_UPDATE,
    PING,
    PING_BYTES,
    PONG,
    REGISTER_DEVICE,
    REGISTER_IO,
    REJECT_DEVICE,
    REJECT_TRY_LATER,
    REQUEST_GUID,
    REQUEST_IOS,
    RESTART,
    SEND_GUID,
    SET_CONFIG,
    SET_KEY,
    SET_PARENT,
    SET_VALUE,
    TIME,
    VERSION,
)
from firmware.protocol.errors import ProtocolError
from firmware.protocol.guid import PARENT, UNASSIGNED

GUID_MS = 5000
AGAIN_MS = 5000  # a random wait up to that before the GUID is asked for again
PARENT_MS = 10000
ACCEPT_MS = 10000
REJECTED_MS = 60000
TRY_LATER_MS = 5000
QUICK_PING_MS = 5000

# Steps of joining; 0 until the connection is up.
GUID = 1
PAUSE = 2
FIND_PARENT = 3
REGISTER = 4
JOINED = 5


def is_request(command):
    """True when the hub's command begins with a request id."""
    return command in (
        SET_VALUE,
        GET_VALUE,
        IDENTIFY,
        RESTART,
        FACTORY_RESET,
        GET_CONFIG,
        SET_CONFIG,
        OFFER_UPDATE,
        SET_KEY,
        OFFER_KEY,
    )


class HubLink(Connection):
    """`ios`: the device's IOs by their ids; `describe`: model, firmware version and name."""

    def __init__(self, ios, describe):
        guid, self.hub = identity.load()
        super().__init__(guid)
        self.ios = ios
        self.describe = describe
        self.pause = 0
        self.accepted = self.reached = False
        self.identify_until = None
        self.restart = False
        self.time = None

    def identifying(self):
        """True while somebody wants to see which plug this is."""
        if self.identify_until is not None and ticks_diff(self.identify_until, ticks_ms()) < 0:
            self.identify_until = None
        return self.identify_until is not None

    def start(self):
        """The connection is up: ask for a GUID or for the parent."""
        self.pause = 0
        if self.guid == UNASSIGNED:
            self.step = GUID
            self.nonce = urandom(8)
            self.expect(GUID_MS)
            self.send(REQUEST_GUID, self.nonce, PARENT)
        else:
            self.step = FIND_PARENT
            self.expect(PARENT_MS)
            self.send(GET_PARENT, b"", PARENT)

    def late(self):
        """What was expected did not come."""
        if self.step == GUID:
            self._ask_again()
        elif self.step == PAUSE:
            self.start()
        else:
            self.task.cancel()

    def _ask_again(self):
        self.step = PAUSE
        self.expect(jitter(AGAIN_MS))

    def handle(self, sender, target, command, data):
        """One message from the hub or a parent."""
        if command == PING:
            self.send(PONG, data[:PING_BYTES], sender)
        elif command in (PONG, ERROR):
            if command == ERROR:
                print("hub: error", data)
        elif target != self.guid:
            print("not for this device:", command)
        else:
            try:
                self._obey(sender, command, data)
            except ProtocolError as error:
                self._refuse(command, data, error)

    def _obey(self, sender, command, data):
        if command == SET_VALUE and self.step == JOINED:
            values.put(self, data)
        elif command == GET_VALUE and self.step == JOINED:
            values.get(self, data)
        elif command == TIME:
            self.time = (codec.unpack(layouts.TIME, data), ticks_ms())
        elif command == SEND_GUID:
            self._take_guid(*codec.unpack(layouts.SEND_GUID, data))
        elif command == SET_PARENT:
            self._register(sender)
        elif command == REQUEST_IOS:
            self._register_ios()
        elif command == ACCEPT_DEVICE:
            self._joined(*codec.unpack(layouts.ACCEPT_DEVICE, data))
        elif command == REJECT_DEVICE:
            self._rejected(*codec.unpack(layouts.REJECT_DEVICE, data))
        elif self.step != JOINED and command > TIME and command != ACKNOWLEDGE:
            self.error(NOT_REGISTERED, command, "not registered")
        else:
            from firmware.links import rare

            rare.obey(self, command, data)

    def _take_guid(self, guid, nonce):
        if self.step == GUID and nonce == self.nonce:
            identity.save(guid, self.hub)
            self.guid = guid
            self.start()
        elif self.step == GUID:
            self._ask_again()

    def _register(self, parent):
        if self.step != FIND_PARENT:
            return
        self.parent = parent
        self.step = REGISTER
        self.expect(ACCEPT_MS)
        digest = sha256(b"".join([values.describe(io) for io in self.ios.values()])).digest()
        model, firmware, name = self.describe
        layout = "<BI16s s s s <4sB"  # no old ids
        self.send(
            REGISTER_DEVICE, codec.pack(layout, VERSION, 0, parent, model, firmware, name, digest[:4], 0)
        )

    def _register_ios(self):
        for io in self.ios.values():
            self.send(REGISTER_IO, values.describe(io))
        self.send(IOS_COMPLETE, codec.pack(layouts.IOS_COMPLETE, len(self.ios)))

    def _joined(self, time_ms, keep_alive, version, features, hub):
        self.time = ((time_ms, 0), ticks_ms())
        self.keep_alive = keep_alive * 1000
        self.expect(None)
        self.accepted = True
        if hub != self.hub:
            self.hub = hub
            identity.save(self.guid, hub)
        if self.step == REGISTER:
            self.step = JOINED
            for io in self.ios.values():
                values.report(self, io)

    def _rejected(self, reason, text):
        self.pause = REJECTED_MS if reason != REJECT_TRY_LATER else TRY_LATER_MS + jitter(TRY_LATER_MS)
        raise Lost("rejected: " + text)

    def acknowledge(self, request, code, text=""):
        """Answer a request that has no report of its own."""
        self.send(ACKNOWLEDGE, codec.pack(layouts.ACKNOWLEDGE, request, code, text))

    def _refuse(self, command, data, error):
        if is_request(command) and len(data) > 1:
            self.acknowledge(data[0] | data[1] << 8, error.code, str(error))
        else:
            self.error(error.code, command, str(error))

    def tick(self):
        """Report what changed, then see to the connection."""
        if self.step == JOINED:
            for io in self.ios.values():
                if io.value() != io.reported:
                    values.report(self, io)
        super().tick()
