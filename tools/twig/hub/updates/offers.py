"""Sends offers to devices, one at a time to each (protocol, section 7)."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from firmware.protocol import commands
from twig.hub.device import Device
from twig.hub.errors import HubError, NoAnswer, Refused
from twig.hub.log import Log
from twig.hub.releases.index import Release
from twig.hub.updates.update import Update

if TYPE_CHECKING:
    from twig.hub.member import Member

Answered = Callable[[Device, Update, HubError | None], None]
log = Log("updates")


class Offers:
    """`answered` is told what came of each: None when the device has taken it, else why it has not."""

    def __init__(self, answered: Answered) -> None:
        self._answered = answered
        self._under_way: dict[str, asyncio.Task[HubError | None]] = {}

    def send(self, device: Device, update: Update, release: Release) -> None:
        """Offer the release that an update is about, unless an offer to the device is under way."""
        guid = device.record.guid
        if device.member is not None and guid not in self._under_way:
            task = asyncio.create_task(_send(device.member, release, update.signature))
            self._under_way[guid] = task
            task.add_done_callback(lambda done: self._done(device, update, done))

    async def settled(self, guid: str) -> None:
        """Wait for the answer to the offer that is under way; the protocol's time-out bounds that."""
        if task := self._under_way.get(guid):
            await asyncio.wait([task])

    async def close(self) -> None:
        """End all that wait for answers."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _done(self, device: Device, update: Update, task: "asyncio.Task[HubError | None]") -> None:
        del self._under_way[device.record.guid]
        if not task.cancelled():
            self._answered(device, update, task.result())


async def _send(member: "Member", release: Release, signature: int) -> HubError | None:
    """Why the device has not taken the offer, if it has not."""
    error: HubError | None = None
    try:
        answer = await member.ask(commands.OFFER_UPDATE, **fields(release, signature))
        code, text = answer.fields.get("code", commands.DONE), answer.fields.get("text", "")
        if answer.command != commands.ACKNOWLEDGE:
            error = NoAnswer(member.label, member.core.settings.timing.answer)
        elif code != commands.DONE:
            error = Refused(member.label, code, text)
    except HubError as failed:  # it is gone, silent or has too much to answer
        error = failed
    about = {"peer": member.session.peer, "guid": member.text, "version": release.version}
    log.info("offer answered", **about, reason=error.text if error else "taken")
    return error


def fields(release: Release, signature: int) -> dict[str, Any]:
    """Those of OfferUpdate but the request id."""
    signatures = list(release.signatures.values())
    return {
        "version": release.version,
        "sequence": release.sequence,
        "manifest_size": release.manifest_size,
        "manifest_sha256": bytes.fromhex(release.manifest),
        "signature": bytes.fromhex(signatures[min(signature, len(signatures) - 1)]),
    }
