"""A phone at a plug's access point: its DNS queries and HTTP requests, as bytes; no browser."""

import json
import socket
import struct
import time
from typing import Any

from twig.twin.plug import Plug

HTTP, DNS, HTTPS = 80, 53, 443
PATIENCE_S = 10.0
# While the station looks for its network, the access point is deaf for seconds.
DEAF_S = 5.0
POLL_S = 0.1
OWN = "4.3.2.1"
# Of DNS: types, class, flags, and what an EDNS query says that it can take.
A, AAAA, OPT, HTTPS_RECORD = 1, 28, 41, 65
INTERNET = 1
_OWN_BYTES = socket.inet_aton(OWN)
RECURSION_DESIRED = 0x0100
UDP_SIZE = 1232

Json = dict[str, Any]


class Phone:
    """Speaks with the plug whose ports below 1024 lie above its `port_base`."""

    def __init__(self, plug: Plug) -> None:
        self.address = plug.options.interface
        self.base = plug.options.port_base

    def connect(self, port: int = HTTP, seconds: float = PATIENCE_S) -> socket.socket:
        """A TCP connection; ConnectionRefusedError."""
        return socket.create_connection((self.address, self.base + port), seconds)

    def raw(self, request: bytes, seconds: float = PATIENCE_S) -> bytes:
        """What is answered to these bytes, as far as its own length tells; else until the end."""
        with self.connect(seconds=seconds) as connection:
            connection.sendall(request)
            answer = b""
            while not _whole(answer) and (chunk := connection.recv(65536)):
                answer += chunk
        return answer

    def get(self, path: str, host: str = OWN, seconds: float = PATIENCE_S) -> tuple[int, bytes, bytes]:
        """(status, head, body)."""
        return _parts(self.raw(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode(), seconds))

    def post(self, path: str, content: Json, seconds: float = PATIENCE_S, **headers: str) -> tuple[int, Any]:
        """(status, JSON)."""
        body = json.dumps(content, ensure_ascii=False).encode()  # as JavaScript does
        more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        head = f"POST {path} HTTP/1.1\r\nHost: {OWN}\r\nContent-Type: application/json\r\n{more}"
        answer = self.raw(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body, seconds)
        status, _, body = _parts(answer)
        return status, json.loads(body)

    def value(self, path: str, seconds: float = PATIENCE_S) -> Any:
        """The JSON of a GET."""
        status, _, body = self.get(path, seconds=seconds)
        assert status == 200, body
        return json.loads(body)

    def state(self, seconds: float = PATIENCE_S) -> Json:
        """GET /state: what changes each second."""
        found: Json = self.value("/state", seconds)
        return found

    def about(self) -> Json:
        """GET /about: the plug and its settings, without secrets."""
        found: Json = self.value("/about")
        return found

    def page(self) -> bytes:
        """GET /: the page as it goes over the wire."""
        status, head, body = self.get("/")
        assert status == 200 and b"\r\nContent-Encoding: gzip" in head, head
        return body

    def ready(self, seconds: float = 30.0) -> Json:
        """Wait until the page's server answers: the state."""
        end = time.monotonic() + seconds
        while True:
            try:
                return self.state(DEAF_S)
            except (OSError, AssertionError, ValueError):
                if time.monotonic() > end:
                    raise
            time.sleep(POLL_S)

    def trial(self, seconds: float = 40.0) -> Json:
        """Wait until the trial has an end: its state."""
        end = time.monotonic() + seconds
        while (found := self.ready()["trial"])["state"] == "connecting":
            assert time.monotonic() < end, "the trial has no end"
            time.sleep(POLL_S)
        return dict(found)

    def ask(self, query: bytes, seconds: float = 2.0) -> bytes:
        """The answer to a DNS query; TimeoutError."""
        with socket.socket(type=socket.SOCK_DGRAM) as sock:
            sock.settimeout(seconds)
            sock.sendto(query, (self.address, self.base + DNS))
            return sock.recv(4096)

    def resolves(self) -> None:
        """The name server works; its socket keeps one datagram, which may be somebody's else."""
        for attempt in range(5):
            try:
                assert self.ask(query("example.com", number=attempt)).endswith(_OWN_BYTES)
                return
            except TimeoutError:
                continue
        raise AssertionError("the name server is silent")


def query(name: str, kind: int = A, edns: bool = False, number: int = 0x1234) -> bytes:
    """A DNS query as stub resolvers send it, with recursion desired."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    question = labels + struct.pack(">BHH", 0, kind, INTERNET)
    extra = struct.pack(">BHHIH", 0, OPT, UDP_SIZE, 0, 0) if edns else b""
    return struct.pack(">6H", number, RECURSION_DESIRED, 1, 0, 0, int(edns)) + question + extra


def free_base(address: str = "127.0.0.1") -> int:
    """A port base with which HTTP and DNS are free, and HTTPS is nobody's."""
    while True:
        with socket.socket() as http, socket.socket() as https, socket.socket(type=socket.SOCK_DGRAM) as dns:
            http.bind((address, 0))
            base = int(http.getsockname()[1]) - HTTP
            try:
                https.bind((address, base + HTTPS))
                dns.bind((address, base + DNS))
            except (OSError, OverflowError):
                continue
            return base


def _whole(answer: bytes) -> bool:
    head, separator, body = answer.partition(b"\r\n\r\n")
    length = head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]
    return bool(separator) and length.isdigit() and len(body) >= int(length)


def _parts(answer: bytes) -> tuple[int, bytes, bytes]:
    head, separator, body = answer.partition(b"\r\n\r\n")
    assert separator, answer
    return int(head.split()[1]), head, body
