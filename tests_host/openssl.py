"""The OpenSSL command line as a server or a client with a shared key, in a process of its own."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

KEY = bytes(range(32))
IDENTITY = "d:" + "ab" * 16 + ":890a8298"
SUITE = "TLS_AES_128_CCM_SHA256"
# What the firmware's client wants; tests of other servers leave something out.
ALONE = ("-nocert", "-allow_no_dhe_kex", "-ciphersuites", SUITE)
# What it sends as a client.
ASKING = ("-tls1_3", "-allow_no_dhe_kex", "-ciphersuites", SUITE)
END_S = 10
SAYS_S = 20.0  # between two lines that a test waits for


class Server:
    """`port`; `type` into it; what it prints is read at once, since a full pipe would stop it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._lines: SimpleQueue[bytes] = SimpleQueue()
        self.reader = Thread(target=self._read, daemon=True)
        self.reader.start()
        self.port = int(self.after(b"ACCEPT ").rpartition(b":")[2])

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line)

    def after(self, start: bytes) -> bytes:
        """The rest of the next line that starts so; queue.Empty when none comes."""
        while True:
            line = self._lines.get(timeout=SAYS_S)
            if line.startswith(start):
                return line[len(start) :].strip()

    def type(self, line: str) -> None:
        """A line for the client, or a command: K and k send a KeyUpdate with and without a request."""
        assert self.process.stdin
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()


@contextmanager
def server(
    *options: str, key: bytes = KEY, identity: str = IDENTITY, folder: Path | None = None
) -> Iterator[Server]:
    """`openssl s_server` on a free port of loopback; without options one that takes a shared key alone.

    `folder`: of the files that it serves with -HTTP."""
    shared = ("-psk", key.hex(), "-psk_identity", identity) if key else ()
    command = ["openssl", "s_server", "-accept", "127.0.0.1:0", *shared, *(options or ALONE)]
    pipe = subprocess.PIPE
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=quiet, cwd=folder) as process:
        running = Server(process)
        try:
            yield running
        finally:
            process.kill()
            process.wait(END_S)
            running.reader.join(END_S)


def asking(port: int, *options: str, key: bytes = KEY, identity: str = IDENTITY) -> list[str]:
    """The command line of a client of a server on loopback; without options it wants what a device wants."""
    shared = ("-psk", key.hex(), "-psk_identity", identity) if key else ()
    return ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", *shared, *(options or ASKING)]


def client(port: int, *options: str, said: bytes = b"", **secret: Any) -> tuple[bytes, str]:
    """What a server answers to a client that says something and ends when it closes; its complaints."""
    command = [*asking(port, *options, **secret), "-quiet"]
    done = subprocess.run(command, input=said, capture_output=True, timeout=SAYS_S)
    return done.stdout, done.stderr.decode()
