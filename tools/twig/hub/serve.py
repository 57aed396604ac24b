"""Runs a hub and its web server in one event loop, from the first socket to the last byte."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import ssl
from collections.abc import Generator
from typing import Any

import uvicorn
from fastapi import FastAPI

from twig.hub import local
from twig.hub.access import OWNER, access
from twig.hub.api import create_app
from twig.hub.certificate import context_of
from twig.hub.errors import NoPassword, PortTaken
from twig.hub.hub import Hub
from twig.hub.log import Log
from twig.hub.settings import HubSettings

WEB_STOP_S = 1  # whole seconds; for requests under way, event streams end at once
# For devices and the database. A usual hub needs 0.6 s, one with 5,000 devices 1.6 s on two cores; a hub that
# is cut short loses its last values, so that a slow disk gets more time than the 3 s that people expect.
HUB_STOP_S = 10.0
IDLE_S = 15  # a browser's connection without a request; small, so that old pages do not pile up

EVERYWHERE, LOOPBACK = "0.0.0.0", "127.0.0.1"
READABLE = (
    "without HTTPS others in the network can read the password, tokens and all values on this port: "
    "give --https-cert and --https-key"
)

log = Log("serve")


class WebServer(uvicorn.Server):
    """Uvicorn that leaves the signals to us and says when it is ready."""

    def __init__(self, app: FastAPI, context: ssl.SSLContext | None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="off",
                ws="none",
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=IDLE_S,
                timeout_graceful_shutdown=WEB_STOP_S,
                ssl_context_factory=(lambda config, default: context) if context else None,
            )
        )
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Signals stop the hub first; see serve()."""
        yield


async def serve(settings: HubSettings) -> None:
    """Run a hub until SIGINT or SIGTERM; StartError when a port or the directory is not to be had."""
    context_of(settings)  # a wrong certificate is told before anything begins
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with listening(settings) as listener:
        hub = Hub(settings)
        await hub.start()
        try:
            password = await first_password(hub)
            with local.let_in(settings, hub.access.local, listener.getsockname()[1]):
                await serve_web(hub, listener, stop, password)
        finally:
            (settings.data / "hub.json").unlink(missing_ok=True)
            await stop_hub(hub)


async def first_password(hub: Hub) -> str:
    """The password that a hub without one gets now; NoPassword when page and API are for others too."""
    settings = hub.settings
    if not access.is_here(settings.http_host) and not hub.access.has_password():
        raise NoPassword(str(settings.data))
    return await access.first_password(hub.access)


async def serve_web(hub: Hub, listener: socket.socket, stop: asyncio.Event, password: str = "") -> None:
    """Serve page and API on `listener` until `stop`; a new password is shown at the start."""
    hub.ports["http"] = listener.getsockname()[1]
    app = create_app(hub)
    web = WebServer(app, context_of(hub.settings))
    serving = asyncio.create_task(web.serve([listener]))
    waiting = asyncio.create_task(stop.wait())
    ready = asyncio.create_task(web.ready.wait())
    await asyncio.wait((serving, ready), return_when=asyncio.FIRST_COMPLETED)
    if ready.done():
        announce(hub, password)
    await asyncio.wait((serving, waiting), return_when=asyncio.FIRST_COMPLETED)
    app.state.stopping.set()
    web.should_exit = True
    ready.cancel()
    waiting.cancel()
    await serving


async def stop_hub(hub: Hub) -> None:
    """Let the hub finish its work, for a limited time."""
    try:
        await asyncio.wait_for(hub.stop(), HUB_STOP_S)
    except TimeoutError:
        log.warning("hub did not stop in time", seconds=HUB_STOP_S)


def listening(settings: HubSettings) -> socket.socket:
    """A socket that listens for the page and the API."""
    try:
        listener = socket.create_server((settings.http_host, settings.http_port))
    except OSError as error:
        raise PortTaken(error, settings.http_host, settings.http_port, "--http-port", "--http-host") from None
    # asyncio does this only for sockets that it has made itself. Without it each answer waits for 40 ms:
    # uvicorn sends head and body apart, and the client's system delays its ACK. Accepted sockets inherit it.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def announce(hub: Hub, password: str) -> None:
    """Say on standard output, and for programs in hub.json, what is served where."""
    settings, ports = hub.settings, hub.ports
    url = url_of(settings, ports["http"])
    said = {"guid": hub.guid, "pid": os.getpid(), "url": url, "host": settings.host, "ports": ports}
    if settings.https_cert:
        said["certificate"] = str(settings.https_cert.resolve())
    write_json(settings, said)
    print(f"Page       {url}/")
    print(f"API        {url}/api/v1/")
    announce_access(settings, ports["http"], password)
    print(f"Devices    {settings.host}:{ports['tls']} with TLS")
    if "device" in ports:
        print(
            f"           {settings.host}:{ports['device']} without TLS: who reaches this port can switch them"
        )
    print(f"Releases   {settings.host}:{ports['release']}")
    if "discovery" in ports:
        print(f"Discovery  UDP {ports['discovery']}, interface {settings.interface}")
    print("Ctrl-C stops the hub.", flush=True)


def url_of(settings: HubSettings, port: int) -> str:
    """Where this computer reaches page and API."""
    host = settings.http_host if settings.http_host != EVERYWHERE else LOOPBACK
    return f"{'https' if settings.https_cert else 'http'}://{host}:{port}"


def announce_access(settings: HubSettings, port: int, password: str) -> None:
    """Say who reaches the page, what others can read on the way, and a password that is new."""
    if settings.http_host == EVERYWHERE:
        print(f"           from other computers: port {port} at an address of this one")
    if not settings.https_cert and not access.is_here(settings.http_host):
        print("Warning    " + READABLE)
        log.warning("page and API without HTTPS", host=settings.http_host, port=port)
    if password:
        print(f"Password   {password} for the name {OWNER}; shown this once, 'twig password' sets another")


def write_json(settings: HubSettings, content: dict[str, Any]) -> None:
    """Replace DIR/hub.json in one step, so that nobody reads half of it."""
    path = settings.data / "hub.json"
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(content, indent=1) + "\n")
    draft.replace(path)
