"""Sends the page of run mode. Loaded for that and forgotten."""

from firmware.portal import page

NAME = "device.html"


async def run(_, sock, body):
    """The last step: the page; only the head of the answer without `body`."""
    await page.file(sock, NAME, body)
