"""Chromium at the size of a phone: what tests of pages share."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, Literal

from playwright.sync_api import Browser, Page, sync_playwright

from twig.release.places import BUILD

PHONE = (375, 667)
SMALL_PHONE = (320, 568)
FLAGS = (
    "--headless=new",
    "--no-sandbox",  # tests run as root in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SHOTS = BUILD / "screenshots"
# An action of a test waits no longer: pages answer in milliseconds, two slow cores in a second.
ACTION_MS = 10_000
# Divides every time-out of a page: a test need not wait for a poll that is a second away.
HURRY = (
    "{ const later = setTimeout; window.setTimeout = (act, ms, ...rest) => later(act, ms / %d, ...rest); }"
)

Scheme = Literal["light", "dark"]


@contextmanager
def chromium(host_resolver_rules: str = "") -> Iterator[Browser]:
    """Debian's Chromium; the rules are those of its command line, as `MAP * 127.0.0.1:8080`."""
    rules = [f"--host-resolver-rules={host_resolver_rules}"] if host_resolver_rules else []
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or "chromium"
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *rules])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def phone(
    browser: Browser,
    size: tuple[int, int] = PHONE,
    locale: str = "en-US",
    scheme: Scheme = "light",
    hurry: int = 1,
) -> Iterator[Page]:
    """A page of its own; its scripts may throw nothing. `hurry` divides its time-outs."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=2,
        has_touch=True,
        locale=locale,
        color_scheme=scheme,
    )
    context.set_default_timeout(ACTION_MS)
    if hurry > 1:
        context.add_init_script(HURRY % hurry)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        yield page
        assert errors == []
    finally:
        context.close()


def hosts(page: Page) -> set[str]:
    """Fills with `host:port` of every request that the page makes from now on."""
    found: set[str] = set()
    page.on(
        "request", lambda request: found.add(request.url.split("/")[2] if "//" in request.url else "data")
    )
    return found


def complaints(page: Page) -> list[str]:
    """What axe finds wrong with the page as it is: rule and the elements that break it."""
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run()")
    return [
        f"{each['id']}: {[node['html'] for node in each['nodes']]}: {each['help']}"
        for each in found["violations"]
    ]


def overflow(page: Page) -> int:
    """Pixels that the document is wider than the window: more than none needs horizontal scrolling."""
    width: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return width


def shot(page: Page, name: str, full: bool = True) -> None:
    """A picture in build/screenshots/."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=full, animations="disabled")
