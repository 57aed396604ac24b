"""The link to a Twig hub, once joined: reports values and obeys (PROTOCOL section 3)."""

from asyncio import sleep_ms
from time import ticks_diff, ticks_ms

from firmware import lazy
from firmware.links import values
from firmware.links.connection import Connection
from firmware.protocol.commands import SET_VALUE
from firmware.protocol.errors import ProtocolError


class HubLink(Connection):
    """`ios`: the device's IOs; `hub`: GUID of the hub last registered at; `about`: model, version, name."""

    def __init__(self, guid, hub, ios, about):
        super().__init__(guid)
        self.hub = hub
        self.ios = ios
        self.about = about
        self.joined = self.accepted = False
        self.pause = 0  # ms that a hub which rejected us wants us to stay away
        self.time = None  # (ms UTC, minutes offset, ticks_ms then)
        self.identify_until = None
        self.restart = False
        self.told = None  # uptime in s at the last status report on this connection; None: it is due
        self.plain = self.again = False  # without TLS; at once under the key that it has got
        self.turn = 0  # of the proofs that it could give
        self.key = None  # that protects the connection
        self.places = []  # of ciphers of TLS, as `network.records` has it
        self.prover = None  # GUID of the hub whose key that is, b"" where it is a join code's

    async def run(self, address, port, hub):
        """Connect, join and serve until an exception ends it; `session` clears what this sets.

        `hub`: GUID, None where it is not known.
        """
        try:
            self.told = self.prover = None
            proof = None if self.plain else await lazy.run("firmware.links.prove", self, hub)
            await self.session.alone()  # type: ignore[attr-defined]  # who has come in meanwhile
            await self.connect(address, port)
            if proof:
                if self.session.door:  # type: ignore[attr-defined]
                    await lazy.run("firmware.portal.closing", self.session.door)  # type: ignore[attr-defined]
                await lazy.run("firmware.links.secure", self, *proof)
            given = await lazy.run("firmware.links.join", self)
            if given is not None:
                await lazy.run("firmware.links.take_key", self, given)
                raise OSError("has given no key that may be taken")
            if proof:
                lazy.call("firmware.links.proven", "accepted", self)
            self.joined = self.accepted = True
            for io in self.ios:
                values.report(self, io)
            while True:
                await self._obey(*await self.next())
                await sleep_ms(0)  # a flood must not keep the ticker waiting
        except ProtocolError as error:
            lazy.call("firmware.links.rare", "error", self, error)
            raise
        finally:
            self.joined = False
            self.close()

    async def _obey(self, _, command, data):
        try:
            if command == SET_VALUE:
                values.put(self, data)
            else:
                await self.session.alone()  # type: ignore[attr-defined]
                later = lazy.call("firmware.links.rare", "obey", self, command, data)
                if later:
                    await lazy.run(*later)
        except (ProtocolError, MemoryError) as error:
            lazy.call("firmware.links.rare", "refuse", self, command, data, error)

    def tick(self):
        """Report what changed, then see to the connection."""
        if self.joined:
            try:
                for io in self.ios:
                    if io.value() != io.reported:
                        values.report(self, io)
            except MemoryError as error:  # nothing is lost in silence: the next connection reports all
                print("report:", error)
                self.task.cancel()
        if self.identify_until and ticks_diff(ticks_ms(), self.identify_until) > 0:
            self.identify_until = None
        super().tick()
