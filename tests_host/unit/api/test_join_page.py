"""The button for join codes, the page that shows one, and what the list says of it."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import httpx
import pytest

from tests_host.unit.api.fake import CODE, KITCHEN, FakeHub
from tests_host.unit.api.person import csrf_of
from twig.hub.access import Scope
from twig.hub.clock import now_ms
from twig.hub.errors import Busy
from twig.hub.views import JoinCodeView
from twig.web import join, show


async def test_the_button_leads_to_a_code(client: httpx.AsyncClient, hub: FakeHub) -> None:
    page = (await client.get("/")).text
    action = re.search(
        r'<form method="post" action="([^"]+)">\s*<input [^>]+>\s*<button class="button">Add a device<', page
    )
    assert action
    answer = await client.post(action[1])
    assert (answer.status_code, answer.headers["cache-control"], hub.minutes) == (200, "no-store", 15)
    assert answer.text.count(CODE) == 1
    assert f">{CODE}<" in answer.text
    assert show.moment(hub.open_codes[1].expires_ms) in answer.text
    assert "Add a device" not in answer.text


async def test_every_form_has_the_pages_token(person: httpx.AsyncClient, hub: FakeHub) -> None:
    form = {"csrf": await csrf_of(person)}
    for page in (await person.post("/join-codes", data=form), await person.get("/")):
        assert page.text.count("<form") == page.text.count(f'name="csrf" value="{form["csrf"]}"') > 1
    answer = await person.post("/join-codes/1/cancel", data=form)
    assert (answer.status_code, hub.open_codes) == (303, {})


async def test_a_token_for_less_shows_nothing_of_codes(stranger: httpx.AsyncClient, hub: FakeHub) -> None:
    await hub.join_code(None, 15)
    stranger.headers["authorization"] = f"Bearer {await hub.access.tokens.make('screen', Scope.CONTROL)}"
    for path in ("/", "/devices"):
        page = (await stranger.get(path)).text
        assert "Kitchen" in page
        assert "code" not in page.replace("<code>", "").replace("</code>", "")
        assert "Add a device" not in page


async def test_the_code_is_nowhere_else(client: httpx.AsyncClient) -> None:
    await client.post("/join-codes")
    for path in ("/", "/devices", "/api/v1/join-codes", "/api/v1/health"):
        answer = await client.get(path)
        assert answer.status_code == 200
        assert CODE not in answer.text
    answer = await client.get("/join-codes")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_the_qr_code_is_black_on_white_whatever_the_scheme() -> None:
    root = ElementTree.fromstring(join.svg(CODE))  # noqa: S314 - our own
    paths = list(root.iter("path"))
    assert [paths[0].get("fill"), paths[1].get("stroke")] == ["#fff", "#000"]
    assert root.get("viewBox") == "0 0 29 29"  # 21 modules and 4 around them
    assert "style" not in join.svg(CODE)  # the page's policy forbids it


@pytest.mark.parametrize(
    ("state", "words", "cancel"),
    [
        ("waiting", "A new device: code waits until", True),
        ("taken", "Kitchen: has taken the code and is joining", True),
        ("used", "Kitchen: has joined", False),
        ("expired", "A new device: the code has expired", False),
        ("expired", "Kitchen: took the code and has not come back", True),
    ],
)
async def test_the_list_says_what_has_become_of_a_code(
    client: httpx.AsyncClient, hub: FakeHub, state: str, words: str, cancel: bool
) -> None:
    guid = KITCHEN if "Kitchen" in words else None
    hub.open_codes[7] = JoinCodeView(7, None, guid, now_ms() + 60_000, state)
    for path in ("/", "/devices"):
        page = (await client.get(path)).text
        assert words in page
        assert ("/join-codes/7/cancel" in page) == cancel
        assert ("data-expires" in page) == (state in ("waiting", "taken"))


def test_the_list_names_all_open_codes_and_a_few_others() -> None:
    states = ["used", "waiting", "expired", "used", "taken", "used", "expired"]
    codes = [JoinCodeView(number, None, None, 0, state) for number, state in enumerate(states)]
    assert [code.id for code in show.listed(codes)] == [6, 5, 4, 3, 1]


async def test_a_code_for_a_device_without_a_name_is_called_by_its_guid(
    client: httpx.AsyncClient, hub: FakeHub
) -> None:
    hub.known[KITCHEN] = replace(hub.known[KITCHEN], name="")
    hub.open_codes[7] = JoinCodeView(7, KITCHEN, None, now_ms() + 60_000, "waiting")
    assert f"{KITCHEN}: code waits" in (await client.get("/")).text


async def test_cancelling_leads_back(client: httpx.AsyncClient, hub: FakeHub) -> None:
    await client.post("/join-codes")
    answer = await client.post("/join-codes/1/cancel")
    assert (answer.status_code, answer.headers["location"], hub.open_codes) == (303, "/", {})
    answer = await client.post("/join-codes/1/cancel")
    assert (answer.status_code, 'role="alert">No join code 1' in answer.text) == (404, True)


async def test_what_went_wrong_stands_on_the_page(client: httpx.AsyncClient, hub: FakeHub) -> None:
    hub.fault = Busy("1,000 join codes are open.")
    answer = await client.post("/join-codes")
    assert (answer.status_code, hub.fault.text in answer.text, "Kitchen" in answer.text) == (503, True, True)


async def test_a_foreign_page_makes_and_ends_no_code(client: httpx.AsyncClient, hub: FakeHub) -> None:
    await client.post("/join-codes")
    for path in ("/join-codes", "/join-codes/1/cancel"):
        assert (await client.post(path, headers={"origin": "http://evil.example"})).status_code == 403
    assert len(hub.open_codes) == 1
