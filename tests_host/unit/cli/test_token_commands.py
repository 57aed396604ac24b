"""`twig token`, and by which token `twig` asks."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests_host.unit.api.fake import database
from tests_host.unit.cli.conftest import Server, one_line
from twig import here
from twig.client import Client
from twig.hub.access import Access
from twig.hub.local import let_in
from twig.hub.settings import HubSettings
from twig.hub.store.access import AccessRows

Run = Callable[..., tuple[int, str, str]]


def test_a_token_is_made_listed_used_and_revoked(server: Server, twig: Run) -> None:
    code, made, err = twig("token", "create", "cron", "--scope", "read")
    assert (code, err) == (0, "")
    token = one_line(made).strip()
    code, listed, _ = twig("token", "list")
    name, scope, created, used = one_line(listed).rstrip("\n").split("\t")
    assert (name, scope, created[:2], used) == ("cron", "read", "20", "never")
    assert twig("devices", "--token", token)[0] == 0
    code, out, err = twig("set", "kitchen", "relay", "on", "--token", token)
    assert (code, out) == (1, "")
    assert "may read only; this needs one with the scope control" in one_line(err)
    assert json.loads(twig("token", "list", "--json")[1])[0]["used_ms"] > 0
    assert twig("token", "revoke", "cron") == (0, "", "")
    code, _, err = twig("devices", "--token", token)
    assert code == 1
    assert "wants a token that is good: run 'twig token create" in one_line(err)
    assert twig("token", "list") == (0, "", "")


def test_the_smallest_scope_is_the_default(server: Server, twig: Run) -> None:
    twig("token", "create", "cron")
    assert [token.scope for token in server.hub.access.tokens] == ["read"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["create", "a/b"], "no name for a token"),
        (["revoke", "nobody"], "There is no token 'nobody'"),
    ],
)
def test_what_is_wrong_is_one_line(server: Server, twig: Run, args: list[str], words: str) -> None:
    code, out, err = twig("token", *args)
    assert (code, out) == (1, "")
    assert words in one_line(err)


@pytest.mark.parametrize("token", ["\N{LATIN SMALL LETTER E WITH ACUTE}", "twig_x\n", "x y"])
def test_what_is_no_token_is_one_line(server: Server, twig: Run, token: str) -> None:
    code, out, err = twig("devices", "--token", token)
    assert (code, out, "token" in one_line(err)) == (1, "", True)


def test_an_unknown_scope_is_a_wrong_command_line(server: Server, twig: Run) -> None:
    code, _, err = twig("token", "create", "cron", "--scope", "root")
    assert (code, "--scope" in one_line(err)) == (2, True)


@pytest.fixture
def announced(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubSettings]:
    """The served hub, as `twig hub` of the same user announces it; no token is given."""
    url = server.url
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("TWIG_TOKEN")
    settings = HubSettings(data=tmp_path)
    (tmp_path / "hub.json").write_text(json.dumps({"url": url}))
    with let_in(settings, server.hub.access.local, server.port):
        yield settings


def test_the_same_user_needs_no_token(announced: HubSettings, server: Server, twig: Run) -> None:
    for url in (server.url, f"127.0.0.1:{server.port}", f"http://localhost:{server.port}/"):
        assert twig("devices", "--hub", url)[0] == 0
    assert twig("set", "kitchen", "relay", "on")[0] == 0


def test_files_of_the_hub_are_for_its_user_only(announced: HubSettings, server: Server) -> None:
    for path in (announced.data / "local-token", here.pointer(server.port)):
        assert path.stat().st_mode & 0o777 == 0o600
    assert here.pointer(server.port).parent.stat().st_mode & 0o777 == 0o700
    assert server.hub.access.local not in here.pointer(server.port).read_text()


def test_the_token_goes_nowhere_else(announced: HubSettings, server: Server) -> None:
    found = here.find(server.url)
    assert found
    assert found.token not in repr(found)
    for url in (
        f"http://192.0.2.1:{server.port}",
        f"http://hub.example:{server.port}",
        f"http://127.0.0.1.evil.example:{server.port}",
        f"http://127.0.0.1:{server.port + 1}",
        "http://127.0.0.1",
        "http://[",
        "",
    ):
        assert here.find(url) is None


def test_another_name_of_this_computer_becomes_the_hubs_own(announced: HubSettings, server: Server) -> None:
    """Who else listens at the same port of another loopback address does not get the token."""
    for name in ("localhost", "127.0.0.2", "[::1]"):
        found = here.find(f"http://{name}:{server.port}")
        assert found
        assert found.url == server.url


def test_a_hub_of_another_user_is_found_by_its_data(
    announced: HubSettings, server: Server, twig: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.pointer(server.port).unlink()
    assert twig("devices")[0] == 1
    monkeypatch.setenv("TWIG_DATA", str(announced.data))
    assert twig("devices")[0] == 0


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"data": 1}', '{"data": "/nowhere"}'])
def test_a_pointer_that_leads_nowhere(
    announced: HubSettings, server: Server, twig: Run, content: str
) -> None:
    here.pointer(server.port).write_text(content)
    code, _, err = twig("devices")
    assert (code, "twig token create" in one_line(err)) == (1, True)


def test_a_new_token_after_a_restart_is_found(announced: HubSettings, server: Server) -> None:
    client = Client(server.url)
    assert client.devices()
    server.hub.access = Access(AccessRows(), database())
    (announced.data / "local-token").write_text(server.hub.access.local)
    assert client.devices()
    client.close()


def test_nothing_stays_after_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    data = tmp_path / "data"
    data.mkdir()
    with let_in(HubSettings(data=data), "twig_x", 8080):
        assert here.pointer(8080).is_file()
    assert list(data.iterdir()) == []
    assert not here.pointer(8080).exists()


def test_a_service_without_a_home_runs_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with let_in(HubSettings(data=tmp_path), "twig_x", 8080):
        assert (tmp_path / "local-token").read_text() == "twig_x\n"
