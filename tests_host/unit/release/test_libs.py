"""Fetching pinned libraries, from an index of our own on loopback."""

import hashlib
import http.server
import io
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from twig.release import index, libs
from twig.release.libs import LibraryError, Pin

NAME, VERSION = "micropython-lamp.simple", "1.2.3"
SDIST = f"{NAME}-{VERSION}.tar.gz"
GOOD = {f"{NAME}-{VERSION}/lamp/simple.py": b"LIT = 1\n", f"{NAME}-{VERSION}/PKG-INFO": b"Name: lamp\n"}


def sdist(files: dict[str, bytes], links: dict[str, str] | None = None) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            archive.addfile(member)
    return stream.getvalue()


def pin(content: bytes) -> Pin:
    return Pin(NAME, VERSION, hashlib.sha256(content).hexdigest())


class Server:
    """Serves `pages` (path -> bytes); another path is 404."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.asked: list[str] = []
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                content = server.pages.get(self.path)
                self.send_response(200 if content is not None else 404)
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *_: object) -> None:
                """Nothing on the tests' standard error."""

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05}).start()
        self.address = f"http://127.0.0.1:{self.http.server_port}/simple"

    def offer(self, content: bytes, file: str = SDIST) -> None:
        link = f'<html><a href="../../files/{file}#sha256=0">{file}</a></html>'
        self.pages[f"/simple/{NAME}/"] = link.encode()
        self.pages[f"/files/{file}"] = content


@pytest.fixture
def server() -> Iterator[Server]:
    started = Server()
    yield started
    started.http.shutdown()
    started.http.server_close()


def test_modules_are_unpacked_and_nothing_else(server: Server, tmp_path: Path) -> None:
    content = sdist(GOOD)
    server.offer(content)
    libs.fetch(pin(content), [server.address], tmp_path)
    assert libs.modules(NAME, tmp_path) == {"lamp.simple": tmp_path / NAME / "lamp/simple.py"}
    assert (tmp_path / NAME / "lamp/simple.py").read_bytes() == b"LIT = 1\n"
    assert not list(tmp_path.rglob("PKG-INFO"))


def test_what_is_present_is_known_by_its_hash(server: Server, tmp_path: Path) -> None:
    content = sdist(GOOD)
    server.offer(content)
    assert not libs.present(pin(content), tmp_path)
    libs.fetch(pin(content), [server.address], tmp_path)
    assert libs.present(pin(content), tmp_path)
    assert not libs.present(Pin(NAME, VERSION, "0" * 64), tmp_path)


def test_a_new_version_leaves_nothing_of_the_old(server: Server, tmp_path: Path) -> None:
    (tmp_path / NAME / "lamp").mkdir(parents=True)
    (tmp_path / NAME / "lamp/dimmer.py").write_text("OLD = 1\n")
    content = sdist(GOOD)
    server.offer(content)
    libs.fetch(pin(content), [server.address], tmp_path)
    assert list(libs.modules(NAME, tmp_path)) == ["lamp.simple"]


def test_another_hash_is_refused_and_the_old_stays(server: Server, tmp_path: Path) -> None:
    content = sdist(GOOD)
    server.offer(content)
    libs.fetch(pin(content), [server.address], tmp_path)
    changed = sdist({**GOOD, f"{NAME}-{VERSION}/lamp/more.py": b"BAD = 1\n"})
    server.offer(changed)
    with pytest.raises(LibraryError, match=f"{SDIST} has the SHA-256 {pin(changed).sha256}.*do not use it"):
        libs.fetch(pin(content), [server.address], tmp_path)
    assert list(libs.modules(NAME, tmp_path)) == ["lamp.simple"]


def test_a_missing_version_names_those_that_are_there(server: Server, tmp_path: Path) -> None:
    server.offer(b"", f"{NAME}-1.2.2.tar.gz")
    with pytest.raises(LibraryError, match=f"no index .* has {SDIST}; it has {NAME}-1.2.2.tar.gz"):
        libs.fetch(pin(b""), [server.address], tmp_path)


def test_an_unknown_package_and_an_unreachable_index(server: Server, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=f"no index that pip is set up with has {SDIST}$"):
        libs.fetch(pin(b""), [server.address], tmp_path)
    server.http.server_close()
    with pytest.raises(
        index.IndexUnreadable, match=f"http://127.0.0.1:{server.http.server_port}/simple/{NAME}/"
    ):
        libs.fetch(pin(b""), [server.address.replace("//", "//user:secret@")], tmp_path)


def test_later_indexes_are_asked_when_the_first_has_it_not(server: Server, tmp_path: Path) -> None:
    content = sdist(GOOD)
    page = tmp_path / "simple" / NAME
    page.mkdir(parents=True)
    (page / "index.html").write_text(f'<a href="../../{SDIST}">{SDIST}</a>')
    (tmp_path / SDIST).write_bytes(content)
    libs.fetch(pin(content), [server.address, (tmp_path / "simple").as_uri()], tmp_path / "lib")
    assert server.asked == [f"/simple/{NAME}/"]
    assert libs.modules(NAME, tmp_path / "lib")


@pytest.mark.parametrize("name", ["../evil.py", f"{NAME}-{VERSION}/../../evil.py", "/tmp/evil.py"])
def test_a_path_out_of_the_folder_is_refused(server: Server, tmp_path: Path, name: str) -> None:
    content = sdist({**GOOD, name: b"EVIL = 1\n"})
    server.offer(content)
    with pytest.raises(LibraryError, match="would write outside of its folder"):
        libs.fetch(pin(content), [server.address], tmp_path / "lib")
    assert not list(tmp_path.rglob("*.py"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"this is no archive", "not a readable archive"),
        (sdist(GOOD)[:60], "not a readable archive"),
        (sdist({f"{NAME}-{VERSION}/PKG-INFO": b""}), "no Python module"),
        (sdist({"another-1.0/lamp.py": b""}), "no plain file of the package"),
        (sdist(GOOD, {f"{NAME}-{VERSION}/lamp/other.py": "/etc/passwd"}), "no plain file of the package"),
    ],
    ids=["garbage", "cut", "empty", "foreign", "link"],
)
def test_a_broken_archive_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(LibraryError, match=reason):
        libs.unpack(pin(content), content)


def test_an_oversized_file_is_refused(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "LARGEST", 1000)
    server.offer(b"x" * 1001)
    with pytest.raises(index.IndexUnreadable, match="larger than 1000 bytes"):
        libs.fetch(pin(b""), [server.address], tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"a": {"version": "1"}}', '{"a": 3}'])
def test_a_broken_list_is_one_clear_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "packages.json").write_text(text)
    with pytest.raises(LibraryError, match=r"packages\.json cannot be read"):
        libs.pins(tmp_path)


def test_a_library_that_is_not_there_says_how_to_fetch_it(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="make lib"):
        libs.modules(NAME, tmp_path)


def test_every_library_of_the_project_is_pinned_by_hash() -> None:
    assert all(len(bytes.fromhex(each.sha256)) == 32 and each.version for each in libs.pins())


def test_pips_settings_are_taken_in_its_order() -> None:
    settings = {"global.index-url": "g", "global.extra-index-url": "a b", ":env:.index-url": "e"}
    assert index.ordered(settings) == ["e", "a", "b"]
    default = index.ordered({})
    assert len(default) == 1
    assert default[0].startswith("https://")


def test_pips_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "http://127.0.0.1:8/a http://127.0.0.1:8/b")
    assert index.configured() == ["http://127.0.0.1:9/simple", "http://127.0.0.1:8/a", "http://127.0.0.1:8/b"]
