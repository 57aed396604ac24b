"""A hub's API at the other end of the client, without a network."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn

from tests_host.unit.api.fake import CELLAR, KITCHEN, FakeHub, plug
from twig import cli
from twig.hub.api import create_app

START_S = 10.0


class Server:
    """A fake hub, served over loopback by a thread."""

    def __init__(self, hub: FakeHub) -> None:
        self.hub = hub
        self.app = create_app(hub)
        self.web = uvicorn.Server(
            uvicorn.Config(self.app, port=0, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
        )
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_until_complete, args=(self.web.serve(),))

    def start(self) -> str:
        """The server's address, once it listens."""
        self.thread.start()
        ready = threading.Event()
        for _ in range(int(START_S / 0.02)):
            if self.web.started:
                break
            ready.wait(0.02)
        self.port = int(self.web.servers[0].sockets[0].getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        return self.url

    def call(self, action: Callable[[], object]) -> None:
        """Run something in the server's thread."""
        self.loop.call_soon_threadsafe(action)

    def stop(self) -> None:
        """End streams and server."""
        self.call(self.app.state.stopping.set)
        self.web.should_exit = True
        self.thread.join(START_S)
        self.loop.close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    """A hub with two plugs, one of them offline; TWIG_HUB names it, TWIG_TOKEN opens it."""
    plugs = (plug(KITCHEN, "Kitchen"), plug(CELLAR, "Cellar", online=False))
    served = Server(FakeHub(*plugs, data=tmp_path))
    monkeypatch.setenv("TWIG_HUB", served.start())
    monkeypatch.setenv("TWIG_TOKEN", served.hub.access.local)
    yield served
    served.stop()


@pytest.fixture
def twig(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs `twig ARGS`; exit code, standard output, standard error."""

    def run(*args: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(args)
        code = ended.value.code
        out, err = capsys.readouterr()
        return code if isinstance(code, int) else 0, out, err

    return run


def one_line(text: str) -> str:
    """`text`, which must be one line."""
    assert text.endswith("\n")
    assert text.count("\n") == 1
    return text
