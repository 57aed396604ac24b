"""Sends the page of run mode. Loaded for that and forgotten."""

from firmware.portal import page

NAME = "device.html"


async def run(sock, body):
    """The page; only the head of the answer without `body`."""
    await page.file(sock, NAME, body)
