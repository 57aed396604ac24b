"""A plug's files while it is off, its directory and its console."""

import json

import pytest

from twig.release import flash
from twig.twin import console, storage
from twig.twin.directory import Directory, PlugError
from twig.twin.options import OptionError, Options, hub


@pytest.fixture(params=["flash", "folder"])
def files(request, tmp_path):
    if request.param == "folder":
        made = storage.Folder(tmp_path)
        made.prepare("s26", {"name": "a"})
        return made
    made = storage.Flash(tmp_path)
    made.path.write_bytes(flash.full({"config.json": b'{"name": "a"}'}))
    return made


def test_write_and_remove(files):
    files.write("ident", b"x" * 32)
    assert files.files() == {"config.json": b'{"name": "a"}', "ident": b"x" * 32}
    files.write("ident", None)
    assert set(files.files()) == {"config.json"}
    assert files.prepare("s26", {"name": "b"}) is False


def test_merge(files):
    storage.merge(files, {"hub": {"host": "x", "port": 1}})
    assert json.loads(files.files()["config.json"]) == {"name": "a", "hub": {"host": "x", "port": 1}}


def test_merge_leaves_a_broken_configuration(files):
    files.write("config.json", b"{")
    storage.merge(files, {"name": "b"})
    assert files.files()["config.json"] == b"{"


def test_directory_has_one_supervisor(tmp_path):
    first, second = Directory(tmp_path / "a"), Directory(tmp_path / "a")
    assert not first.runs()
    first.claim()
    assert second.runs()
    with pytest.raises(PlugError, match=r"a plug runs in .*/a already"):
        second.claim()
    first.release()
    assert not second.runs()
    second.claim()
    second.release()


def test_directory_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PlugError, match=r"cannot use .*/file for a plug: "):
        Directory(tmp_path / "file").claim()


def test_no_plug(tmp_path):
    with pytest.raises(PlugError, match="there is no plug in "):
        Directory(tmp_path).about()


def test_console_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(console, "LIMIT", 100)
    log = console.Console(tmp_path)
    for i in range(50):
        log.write(b"line %03d\n" % i)
    log.close()
    old, new = (tmp_path / "console.old").read_bytes(), (tmp_path / "console.log").read_bytes()
    assert len(old) <= 100
    assert (old + new).endswith(b"line 048\nline 049\n")


@pytest.mark.parametrize(
    ("text", "found"), [("a", {"host": "a", "port": 7261}), ("10.0.0.1:80", {"host": "10.0.0.1", "port": 80})]
)
def test_hub(text, found):
    assert hub(text) == found


@pytest.mark.parametrize("text", ["", ":80", "a:", "a:b", "a:0", "a:65536", "a:1:2"])
def test_no_hub(text):
    with pytest.raises(OptionError):
        hub(text)


def test_configuration_of_options(tmp_path):
    from twig.twin.air import DEFAULT

    plain = Options(tmp_path / "kitchen")
    assert plain.given() == {"model": "s26"}
    wifi = [{"ssid": "home", "password": "secret12"}]
    assert plain.first(DEFAULT) == {"schema": 1, "name": "kitchen", "wifi": wifi, "model": "s26"}
    more = Options(tmp_path, hub="h", insecure=True, discovery_port=1, name="n")
    hub_ = {"host": "h", "port": 7261}
    assert more.given() == {"model": "s26", "hub": hub_, "insecure": True, "discovery_port": 1, "name": "n"}


def test_a_plug_for_setup_knows_no_network(tmp_path):
    from twig.twin.air import DEFAULT

    new = Options(tmp_path / "kitchen", setup=True, port_base=8000)
    assert new.first(DEFAULT) == {"schema": 1, "name": "kitchen", "model": "s26"}
    assert new.page() == "http://127.0.0.1:8080/"
    assert Options(tmp_path, interface="127.0.0.9").page() == "http://127.0.0.9:80/"


@pytest.mark.parametrize("base", [-1, 64513])
def test_no_port_base(tmp_path, base):
    assert Options(tmp_path, port_base=64512).base() == 64512
    with pytest.raises(OptionError, match=f"{base} is no port base: 0 to 64512"):
        Options(tmp_path, port_base=base).base()
