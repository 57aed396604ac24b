"""A real plug's pages in Chromium: ports for the plug, a browser that finds it under every name."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests_host.system import rig
from tests_host.system.browser import chromium, complaints, overflow
from tests_host.system.phone import DNS, HTTP, HTTPS, Phone
from twig.twin.plug import Plug

OWN = "http://4.3.2.1/"
PROBE = "http://connectivitycheck.gstatic.com/generate_204"
# A trial of a network takes up to 25 s, and the page looks each second or two.
TRIAL_MS = 40_000


def free_base() -> int:
    """A port base with which a plug's HTTP and DNS are free."""
    while True:
        with socket.socket() as http, socket.socket(type=socket.SOCK_DGRAM) as dns:
            http.bind(("127.0.0.1", 0))
            base = int(http.getsockname()[1]) - HTTP
            try:
                dns.bind(("127.0.0.1", base + DNS))
            except OSError:
                continue
            return base


@contextmanager
def beside(base: int) -> Iterator[Browser]:
    """Chromium of a phone for which every host is the plug at that port base, as in setup mode."""
    rules = [f"MAP *:{port} 127.0.0.1:{base + port}" for port in (HTTP, HTTPS)]
    with chromium(",".join(rules)) as browser:
        yield browser


def probe(page: Page, plug: Plug) -> None:
    """Open what Android probes, once the plug's access point is on: the plug's page comes.

    The server listens some milliseconds later; a phone tries again.
    """
    rig.until(lambda: plug.state.ap_stations, "the phone at the access point")
    rig.until(lambda: _listens(plug), "the page's server")
    page.goto(PROBE)
    page.get_by_text("Twig-").wait_for()
    assert page.url == OWN


def _listens(plug: Plug) -> bool:
    try:
        Phone(plug).connect().close()
    except ConnectionRefusedError:
        return False
    return True


def fine(page: Page) -> None:
    """The page as it is is accessible and needs no scrolling sideways."""
    assert complaints(page) == []
    assert overflow(page) == 0
