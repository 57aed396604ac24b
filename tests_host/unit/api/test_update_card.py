"""How far a device is with its update, on its card."""

import httpx
import pytest

from tests_host.unit.api.fake import KITCHEN, FakeHub
from twig.hub.updates.update import OPEN, REPORTED
from twig.progress import AFTER, FAILED, WORDS, overall
from twig.progress import OPEN as SHOWN_OPEN

CARD = f"/devices/{KITCHEN}"


async def test_the_card_has_a_bar_with_a_name(client: httpx.AsyncClient, hub: FakeHub) -> None:
    assert "<progress" not in (await client.get(CARD)).text
    hub.progress(KITCHEN, "fetching", 50)
    card = (await client.get(CARD)).text
    assert "Update to 0.2.0: fetching 50 %" in card
    assert 'max="100" value="40"' in card
    assert f'aria-labelledby="name-{KITCHEN} update-{KITCHEN}"' in card
    hub.progress(KITCHEN, "withdrawn")
    assert "0.2.0" not in (await client.get(CARD)).text


async def test_the_card_says_why_an_update_failed(client: httpx.AsyncClient, hub: FakeHub) -> None:
    hub.progress(KITCHEN, "rolled back", 100, "<i>no hub")
    card = (await client.get(CARD)).text
    assert "&lt;i&gt;no hub" in card
    assert 'class="update failed"' in card
    assert "<progress" not in card


async def test_the_card_forgets_what_is_done(
    client: httpx.AsyncClient, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.progress(KITCHEN, "confirmed", 100)
    assert "Updated to 0.2.0" in (await client.get(CARD)).text
    monkeypatch.setattr("twig.web.show.UPDATED_MS", 0)
    assert "Updated to" not in (await client.get(CARD)).text


def test_every_state_has_words_and_a_place_on_the_bar() -> None:
    assert set(WORDS) == {*OPEN, *REPORTED.values(), "withdrawn"}
    assert set(SHOWN_OPEN) == OPEN
    assert set(FAILED) | {"confirmed"} == set(REPORTED.values()) - OPEN
    fetching = [overall("fetching", percent) for percent in (0, 50, 100)]
    places = [*fetching, *AFTER.values()]
    assert places == sorted(places)
    assert (places[0], places[-1]) == (0, 100)
