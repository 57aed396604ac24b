"""The page at /: what it shows, and its forms without JavaScript."""

import re
from dataclasses import replace

import httpx
import pytest

from tests_host.unit.api.fake import CELLAR, KITCHEN, FakeHub, plug
from twig.hub.clock import now_ms
from twig.hub.errors import NoAnswer
from twig.release.places import FIRMWARE
from twig.web import show

FORM = f"/devices/{KITCHEN}/ios/1"
TICK = "Use hubs without encryption"  # as a plug's own page calls it
BUTTON = "Add a device"  # which that page names


async def page_of(client: httpx.AsyncClient) -> str:
    """The page."""
    answer = await client.get("/")
    assert answer.status_code == 200
    return answer.text


async def test_devices_with_their_state(client: httpx.AsyncClient) -> None:
    page = await page_of(client)
    assert page.index("Cellar") < page.index("Kitchen")
    assert "1 of 2 online" in page
    assert page.count('role="switch"') == 2
    assert page.count('aria-disabled="true"') == 1
    assert "3 h 12 min" in page
    assert "18.0 KiB" in page
    assert "\N{MINUS SIGN}61 dBm, good" in page


async def test_nothing_comes_from_elsewhere(client: httpx.AsyncClient) -> None:
    page = await page_of(client)
    links = re.findall(r'(?:src|href|action)="([^"]*)"', page)
    assert links
    assert all(link[0] in "/#" and not link.startswith("//") for link in links)
    for link in {link for link in links if link.startswith("/static/")}:
        answer = await client.get(link)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-cache"
        assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", answer.text)


async def test_what_devices_say_is_text(client: httpx.AsyncClient, hub: FakeHub) -> None:
    hub.known[KITCHEN] = replace(
        plug(KITCHEN, "<script>alert(1)</script>"), model='"><b>', status={"rssi": "<i>"}
    )
    page = await page_of(client)
    assert "<script>alert" not in page
    assert "<b>" not in page
    assert "<i>" not in page


@pytest.mark.parametrize("status", [None, {}, {"uptime_s": "x", "heap_free": None, "rssi": []}])
async def test_a_device_that_has_not_reported(
    client: httpx.AsyncClient, hub: FakeHub, status: dict[str, object] | None
) -> None:
    hub.known[KITCHEN] = replace(plug(KITCHEN, ""), status=status, last_seen_ms=0)
    page = await page_of(client)
    assert "never" in page
    assert "None" not in page


async def test_without_devices_it_says_what_to_do(client: httpx.AsyncClient, hub: FakeHub) -> None:
    hub.known.clear()
    page = await page_of(client)
    assert "No device has joined yet" in page
    assert "twig plug --data plug1 --join-code CODE" in page
    assert TICK in " ".join(page.split())
    texts = (FIRMWARE / "pages" / "setup_texts.js").read_text("utf-8")
    assert TICK in texts
    assert BUTTON in texts
    assert BUTTON in page
    hub.settings = replace(hub.settings, insecure=False)
    assert "insecure" not in await page_of(client)


async def test_the_form_switches_and_returns_to_the_device(client: httpx.AsyncClient, hub: FakeHub) -> None:
    answer = await client.post(FORM, data={"value": "on"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/#device-{KITCHEN}")
    assert hub.device(KITCHEN).ios[0].value is True
    assert 'aria-checked="true"' in await page_of(client)


async def test_what_went_wrong_stands_at_the_device(client: httpx.AsyncClient, hub: FakeHub) -> None:
    hub.fault = NoAnswer("Kitchen", 5)
    answer = await client.post(FORM, data={"value": "on"})
    assert answer.status_code == 504
    place = answer.text.split(f'id="error-{KITCHEN}"', 1)[1]
    assert place.split("</p>")[0].endswith(hub.fault.text)
    assert answer.text.count(hub.fault.text) == 1


@pytest.mark.parametrize(
    "content", [b"", b"value=", b"value=maybe", b"x=on", b"\xff\xfe", b"value=on&" * 1_000]
)
async def test_a_form_that_is_not_ours_changes_nothing(
    client: httpx.AsyncClient, hub: FakeHub, content: bytes
) -> None:
    answer = await client.post(FORM, content=content)
    assert answer.status_code == 422
    assert hub.device(KITCHEN).ios[0].value is False


async def test_a_form_for_a_device_that_is_gone(client: httpx.AsyncClient) -> None:
    answer = await client.post(FORM.replace("1111", "2222"), data={"value": "on"})
    assert answer.status_code == 404
    assert 'role="alert">No device' in answer.text


async def test_a_device_that_identifies_itself_says_so_for_a_while(
    client: httpx.AsyncClient, hub: FakeHub
) -> None:
    assert "identifies" not in await page_of(client)
    hub.known[KITCHEN] = replace(plug(KITCHEN, "Kitchen"), identified_ms=now_ms() - 2_000)
    card = (await client.get(f"/devices/{KITCHEN}")).text
    assert 'class="card identifies"' in card
    assert 'role="status">identifies itself</p>' in card
    hub.known[KITCHEN] = replace(plug(KITCHEN, "Kitchen"), identified_ms=now_ms() - show.IDENTIFIES_MS)
    assert "identifies" not in (await client.get(f"/devices/{KITCHEN}")).text


async def test_a_card_alone(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/devices/{CELLAR}")
    assert answer.text.strip().startswith("<li")
    assert (await client.get("/devices/unknown")).status_code == 404


async def test_the_uptime_counts_on_from_the_report(client: httpx.AsyncClient, hub: FakeHub) -> None:
    reported_ms = now_ms() - 3_600_000
    hub.known[KITCHEN] = replace(plug(KITCHEN, "Kitchen"), status_ms=reported_ms)
    card = (await client.get(f"/devices/{KITCHEN}")).text
    assert f'data-started="{reported_ms - 11_520_000}">4 h 12 min<' in card


@pytest.mark.parametrize("uptime_s", [None, True, -1, "5", 1e300, 10**400])
def test_an_uptime_that_cannot_be_is_none(uptime_s: object) -> None:
    device = replace(plug(KITCHEN, ""), status={"uptime_s": uptime_s})
    assert (show.started_ms(device), show.uptime(device, now_ms())) == (0, show.EMPTY)


def test_words() -> None:
    assert [show.duration(seconds) for seconds in (0, 59, 3600, 90_061, -1, None, True)] == [
        "0 s",
        "59 s",
        "1 h 0 min",
        "1 d 1 h",
        show.EMPTY,
        show.EMPTY,
        show.EMPTY,
    ]
    assert show.signal(-85).endswith("very weak")
    assert show.moment(0) == "never"
    assert (show.size(18_432), show.size(1 << 30)) == ("18.0 KiB", "1,024 MiB")
