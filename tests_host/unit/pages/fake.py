"""A plug's HTTP side as far as a page sees it: scripted states and answers, and a record of what came in."""

import copy
import json
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from typing import Any

from twig.release import assets

NETWORKS = [["Home", -48, 1], ["Attic & Cellar", -66, 1], ["Café", -81, 0]]
SETUP: dict[str, Any] = {
    "name": "Twig",
    "model": "s26",
    "version": "0.3.0",
    "mac": "A1B2C3",
    "reason": "new",
    "can_scan": True,
    "locked": False,
    "left": None,
    "networks": NETWORKS,
    "scanning": False,
    "config": {},
    "trial": {"state": "idle", "ssid": "", "address": ""},
}
DEVICE: dict[str, Any] = {
    "name": "Lamp",
    "model": "s26",
    "version": "0.3.0",
    "uptime_s": 93784,
    "rssi": -58,
    "heap_free": 11264,
    "relay": [False],
    "hub": True,
    "config": {"name": "Lamp", "page_password": "***", "hub": {"host": "192.168.1.9", "port": 7262}},
    "resets": [
        {"cause": "watchdog", "text": "reset by cause 1", "boot": 7},
        {"cause": "power", "text": "", "boot": 6},
    ],
}
# What the page asks for apart.
ABOUT = ("name", "model", "version", "mac", "reason", "can_scan", "config", "resets")
PASSWORD = "open sesame"
TOKEN = "5eed"


class FakePlug:
    """`state`: what /state tells; `answers`: path -> (status, body), not ok; `silent`: s before one;
    `missing`: parts of the state that do not come."""

    def __init__(self, page: str, state: dict[str, Any]) -> None:
        pieces = assets.pages(vars(import_module("firmware.board." + state["model"])))
        self.page = pieces[assets.TOP] + pieces[page]
        self.state = copy.deepcopy(state)
        self.answers: dict[str, tuple[int, Any]] = {}
        self.got: list[tuple[str, Any]] = []
        self.raw: list[tuple[str, str]] = []  # content type and body of every POST
        self.silent = 0.0
        self.missing: set[str] = set()
        self.broken = False
        self.polls = 0
        self.at_once = self.most_at_once = 0
        self.needs_token = page == "device.html"
        self.origin = ""

    def saved(self) -> Any:
        """The body of the last /save."""
        return [body for path, body in self.got if path == "/save"][-1]

    def trial(self, state: str, ssid: str = "Home", address: str = "") -> None:
        """What a trial has come to."""
        self.state["trial"] = {"state": state, "ssid": ssid, "address": address}

    def part(self, name: str) -> Any:
        """What /about and /networks tell: it changes seldom."""
        if name == "networks":
            return self.state["networks"]
        return {key: self.state[key] for key in ABOUT if key in self.state}

    def short(self) -> dict[str, Any]:
        """What /state tells: the rest, and numbers that change with the parts."""
        rest = {key: value for key, value in self.state.items() if key not in (*ABOUT, "networks")}
        names = ("about", "networks") if "networks" in self.state else ("about",)
        return {**rest, **{name: zlib.crc32(json.dumps(self.part(name)).encode()) for name in names}}

    def post(self, path: str, body: Any) -> tuple[int, Any]:
        """The answer to a POST."""
        if path in self.answers:
            return self.answers[path]
        if path == "/login":
            good = body["password"] == PASSWORD
            return (200, {"token": TOKEN}) if good else (401, {"code": "password"})
        if path == "/save" and not self.needs_token:
            network = body.get("network")
            self.trial(*(["connecting", network["ssid"]] if network else ["saved", ""]))
        if path == "/scan":
            self.state["scanning"] = True
        if path == "/relay":
            self.state["relay"][body["index"]] = body["on"]
        return 200, {"ok": True}


class Handler(BaseHTTPRequestHandler):
    """One request of the page."""

    plug: FakePlug

    def do_GET(self) -> None:
        """The page, or the state."""
        if self.path == "/":
            self._send(200, self.plug.page, "text/html; charset=utf-8", "gzip")
            return
        if self.path in ("/about", "/networks"):
            if self.path[1:] in self.plug.missing:
                self._json(503, {})
            elif self._admitted():
                self._json(200, self.plug.part(self.path[1:]))
            return
        assert self.path == "/state", self.path
        self.plug.polls += 1
        self.plug.at_once += 1
        self.plug.most_at_once = max(self.plug.most_at_once, self.plug.at_once)
        time.sleep(self.plug.silent)
        self.plug.at_once -= 1  # before the answer: the page may have it, and ask again, while this goes on
        if self._admitted():
            self._answer(200, self.plug.short())

    def do_POST(self) -> None:
        """What the page sends."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.plug.raw.append((self.headers["Content-Type"], body))
        self.plug.got.append((self.path, json.loads(body)))
        if self.path == "/login" or self._admitted():
            self._json(*self.plug.post(self.path, json.loads(body)))

    def _admitted(self) -> bool:
        if self.plug.needs_token and self.headers["X-Twig-Token"] != TOKEN:
            self._json(401, {"code": "login"})
            return False
        return True

    def _json(self, status: int, body: Any) -> None:
        time.sleep(self.plug.silent)
        self._answer(status, body)

    def _answer(self, status: int, body: Any) -> None:
        if self.plug.broken:
            self.close_connection = True
            return
        self._send(status, json.dumps(body).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str, coding: str = "") -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if coding:
                self.send_header("Content-Encoding", coding)
            self.end_headers()
            self.wfile.write(body)
        except OSError:  # the page's own time-out came first
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing to say."""


@contextmanager
def serving(plug: FakePlug) -> Iterator[FakePlug]:
    """The plug on a port of loopback; `origin` says where."""
    handler = type("Bound", (Handler,), {"plug": plug})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    plug.origin = f"http://127.0.0.1:{server.server_port}"
    try:
        yield plug
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
