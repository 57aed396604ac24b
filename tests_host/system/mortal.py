"""`twig hub` that kills itself, once, at the step of a rotation that the file MORTAL_FILE names."""

import os
import signal
from pathlib import Path
from typing import Any

from firmware.protocol import commands
from twig import cli
from twig.hub import handover
from twig.hub.keys.disk import Disk
from twig.hub.keys.keyring import Keyring
from twig.hub.member import Member

FILE = "MORTAL_FILE"  # the variable with its path
# In the order of a rotation: before the key is stored; before it is sent; after that; after its Acknowledge;
# before the plug is taken under it; before the old key leaves the database; after that.
STEPS = ("store", "bring", "sent", "acknowledged", "accept", "forget", "forgotten")


def reach(step: str) -> None:
    """The end, if this is the step."""
    armed = Path(os.environ[FILE])
    if armed.exists() and armed.read_text() == step:
        armed.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def before(owner: Any, name: str, step: str) -> None:
    """Let a call be that step."""
    original = getattr(owner, name)

    def mortal(*arguments: Any) -> Any:
        reach(step)
        return original(*arguments)

    setattr(owner, name, mortal)


def asks() -> None:
    """Let SetKey's way to the plug, and its answer, be steps."""
    send, ask = Member.send, Member.ask

    def sent(self: Member, command: int, **fields: Any) -> None:
        send(self, command, **fields)
        if command == commands.SET_KEY:
            reach("sent")

    async def asked(self: Member, command: int, **fields: Any) -> Any:
        answer = await ask(self, command, **fields)
        if command == commands.SET_KEY:
            reach("acknowledged")
        return answer

    Member.send, Member.ask = sent, asked  # type: ignore[method-assign]


def saves() -> None:
    """Let the end of the old key be one: the only time that codes are told with it, perhaps none."""
    save = Disk.save

    def saved(self: Disk, devices: Any = (), *codes: Any, **gone: Any) -> Any:
        if codes:
            reach("forget")
        done = save(self, devices, *codes, **gone)
        if codes:
            done.add_done_callback(lambda _: reach("forgotten"))
        return done

    Disk.save = saved  # type: ignore[method-assign]


if __name__ == "__main__":
    before(Keyring, "rotate", "store")
    before(handover, "renew", "bring")
    before(Keyring, "accepted", "accept")
    asks()
    saves()
    cli.main()
