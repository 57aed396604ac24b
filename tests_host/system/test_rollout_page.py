"""Rollouts on the hub's page in Chromium, in both colour schemes, on a phone and a desktop."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from tests_host.system.browser import SMALL_PHONE, Scheme, phone, shot
from tests_host.system.hub_page import fine, log_in
from tests_host.unit.api.courses import OPEN, PASSED, WAITING, rollout
from tests_host.unit.cli.conftest import Server
from twig.hub.clock import now_ms
from twig.hub.views import RolloutView

DESKTOP = (1280, 800)
FAULT = "wave 2: 2 devices have rolled back, none may: Kitchen, Hall"


def goes(server: Server, view: RolloutView) -> None:
    """A rollout is so far."""
    server.call(lambda: server.hub.course(view))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [SMALL_PHONE, DESKTOP], ids=["320", "1280"])
def test_rollouts_have_bars(browser: Browser, served: Server, scheme: Scheme, size: tuple[int, int]) -> None:
    with phone(browser, size, scheme=scheme) as page:
        with page.expect_response(f"{served.url}/devices"):
            log_in(page, served)
        rolled_back = replace(OPEN, rolled_back=2, active=1)
        waves = [PASSED, rolled_back, WAITING]
        goes(served, rollout(1, "stopped", FAULT, version="0.1.9", created_ms=now_ms(), waves=waves))
        goes(served, rollout(2))
        bar = page.get_by_role("progressbar", name="Rollout of 0.2.0 Wave 2")
        expect(bar).to_have_js_property("value", 8)
        expect(bar).to_have_js_property("max", 18)
        fine(page)
        shot(page, f"rollout-{scheme}-{size[0]}")


def test_a_rollout_is_paused_and_stopped_by_keyboard_and_told(browser: Browser, served: Server) -> None:
    with phone(browser, DESKTOP) as page:
        with page.expect_response(f"{served.url}/devices"):
            log_in(page, served)
        goes(served, rollout())
        said = page.locator("#said")
        expect(said).to_have_text("Rollout of 0.2.0: Wave 2 of 3: 3 fetching, 10 at most")
        pause = page.get_by_role("button", name="Pause", description="Rollout of 0.2.0")
        pause.focus()
        goes(served, rollout(fetching=4))
        page.get_by_text("4 fetching, 10 at most", exact=False).first.wait_for()
        expect(pause).to_be_focused()  # though the part was drawn anew
        expect(said).to_have_text("Rollout of 0.2.0: Wave 2 of 3: 3 fetching, 10 at most")
        with page.expect_response(f"{served.url}/devices"):
            page.keyboard.press("Enter")
        assert served.hub.courses[1].state == "paused"
        page.get_by_text("Paused: by a person").wait_for()
        page.get_by_role("button", name="Stop", description="Rollout of 0.2.0").press("Enter")
        page.wait_for_url(f"{served.url}/#rollouts")
        assert served.hub.courses[1].state == "stopped"
        fine(page)
