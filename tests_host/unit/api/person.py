"""A person's browser at the hub's pages."""

import re

import httpx

from twig.hub.access import OWNER

PASSWORD = "correct horse battery"


async def log_in(client: httpx.AsyncClient, password: str = PASSWORD, name: str = OWNER) -> httpx.Response:
    """Send the form."""
    return await client.post("/login", data={"name": name, "password": password})


async def csrf_of(client: httpx.AsyncClient, page: str = "/") -> str:
    """The token in a page's forms."""
    (found,) = set(re.findall(r'name="csrf" (?:value|content)="(\w+)"', (await client.get(page)).text))
    return str(found)
