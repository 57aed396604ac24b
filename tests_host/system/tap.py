"""A wire between a plug and a hub that notes the commands which pass."""

import socket
import threading

from firmware.protocol import frame

BUFFER = 4096
ACCEPT_S = 0.2  # how soon the tap notices that it is closed


class Tap:
    """Listens on `port`; `up` and `down` hold the commands to and from the hub at `target`."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.up: list[int] = []
        self.down: list[int] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(ACCEPT_S)
        self.port = int(self._server.getsockname()[1])
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._closed = threading.Event()
        self._threads[0].start()

    def close(self) -> None:
        """End all connections."""
        self._closed.set()
        self._threads[0].join()
        for each in self._open:
            each.close()
        for thread in self._threads[1:]:
            thread.join(ACCEPT_S)
        self._server.close()

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                near, _ = self._server.accept()
            except TimeoutError:
                continue
            far = socket.create_connection(self.target)
            near.settimeout(None)
            self._open += [near, far]
            for source, sink, seen in ((near, far, self.up), (far, near, self.down)):
                thread = threading.Thread(target=self._pump, args=(source, sink, seen), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _pump(self, source: socket.socket, sink: socket.socket, seen: list[int]) -> None:
        reader = frame.Reader(1 << 20)
        try:
            while chunk := source.recv(BUFFER):
                reader.feed(chunk)
                while message := reader.next():
                    seen.append(message[2])
                sink.sendall(chunk)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def __enter__(self) -> "Tap":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
