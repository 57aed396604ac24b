"""What is wrong is said at its field, and nothing that was typed is lost."""

from playwright.sync_api import Browser, Page

from firmware.protocol import joincode
from tests_host.unit.pages.opened import polled, setup_page

CODE = joincode.generate(b"\1\2\3\4\5\6\7")
TYPO = CODE[:-1] + ("0" if CODE[-1] != "0" else "1")
CONFIG = {"wifi": [{"ssid": "Home", "password": "***"}]}
WRONG = [
    ("ssid", "s" * 33, "At most 32"),
    ("ssid", "🔌" * 8 + "x", "At most 32"),
    ("ssid", "", "fill this in"),
    ("password", "seven77", "8 to 63"),
    ("password", "p" * 64, "8 to 63"),
    ("password", "ä" * 32, "8 to 63"),
    ("name", "ü" * 17, "At most 32"),
    ("join_code", TYPO, "typing error"),
    ("join_code", CODE[:-1], "12 characters"),
    ("join_code", CODE + "0", "12 characters"),
    ("join_code", "U" + CODE[1:], "has no “U”"),
    ("hub.host", "", "fill this in"),
    ("hub.port", "0", "1 to 65535"),
    ("hub.port", "65536", "1 to 65535"),
    ("hub.port", "http", "1 to 65535"),
    ("address.ip", "192.168.1", "Four numbers"),
    ("address.mask", "255.255.255.256", "Four numbers"),
    ("address.gateway", "router", "Four numbers"),
    ("address.dns", "", "Four numbers"),
    ("ap_key", "short", "8 to 63"),
    ("page_password", "short", "8 to 63"),
]
GOOD = {
    "ssid": "Cellar",
    "password": "long enough",
    "hub.host": "192.168.1.9",
    "hub.port": "7261",
    "address.ip": "10.0.0.7",
    "address.mask": "255.0.0.0",
    "address.gateway": "10.0.0.1",
    "address.dns": "10.0.0.1",
}


def fill(page: Page, values: dict[str, str]) -> None:
    """Type into the fields with these ids."""
    page.get_by_label("Other network").check()
    page.locator("#more").evaluate("each => { each.open = true; }")
    if any(key.startswith("address.") for key in values):
        page.locator("#address").check()
    for key, text in values.items():
        page.locator(f"[id='{key}']").fill(text)


def error(page: Page, field: str) -> str:
    return page.locator(f"[id='{field}-error']").inner_text()


def test_each_wrong_value_at_its_field(browser: Browser) -> None:
    with setup_page(browser) as (page, plug):
        for field, text, message in WRONG:
            fill(page, {**GOOD, field: text})
            page.locator("#submit").click()
            input = page.locator(f"[id='{field}']")
            assert message in error(page, field), (field, text)
            assert input.get_attribute("aria-invalid") == "true"
            assert f"{field}-error" in (input.get_attribute("aria-describedby") or "")
            assert page.evaluate("document.activeElement.id") == field
            assert page.get_by_role("alert").inner_text() == "Please correct the marked fields."
            assert page.locator("[aria-invalid=true]").count() == 1
            input.fill(GOOD.get(field, ""))
            assert page.locator("[aria-invalid=true]").count() == 0
        assert plug.got == []


def test_no_network_chosen(browser: Browser) -> None:
    with setup_page(browser) as (page, plug):
        page.locator("#submit").click()
        assert error(page, "ssid") == "Please choose a network."
        assert page.evaluate("document.activeElement.name") == "net"
        page.get_by_label("Home").check()
        assert error(page, "ssid") == ""
        page.locator("#submit").click()
        assert error(page, "password") == "Please fill this in."
        assert plug.got == []


REFUSED = [
    ("password", "length", "8 to 63 characters"),
    ("ssid", "length", "At most 32 characters"),
    ("join_code", "check", "typing error"),
    ("hub.port", "range", "1 to 65535"),
    ("hub.host", "format", "does not accept"),
    ("wifi.0.password", "length", "8 to 63 characters"),
    ("page_password", "length", "too short"),
]
AS_A_WHOLE: list[tuple[tuple[int, object], str]] = [
    ((422, {"field": "wifi", "code": "many"}), "4 networks already"),
    ((422, {"field": "discovery_port", "code": "range"}), "discovery_port"),
    ((403, {"code": "locked"}), "Press the button"),
    ((409, {"code": "busy"}), "still trying"),
    ((500, {}), "did not work"),
]


def typed(page: Page) -> dict[str, str]:
    return {key: page.locator(f"[id='{key}']").input_value() for key in GOOD}


def test_refused_by_the_plug(browser: Browser) -> None:
    with setup_page(browser) as (page, plug):
        fill(page, GOOD)
        for field, code, message in REFUSED:
            plug.answers["/save"] = (422, {"field": field, "code": code})
            page.locator("#submit").click()
            place = field.removeprefix("wifi.0.")
            page.locator(f"[id='{place}-error']").get_by_text(message).wait_for()
            assert page.get_by_role("alert").inner_text() == "Please correct the marked fields."
            assert page.evaluate("document.activeElement.id") == place
            assert page.locator("[aria-invalid=true]").count() == 1
            assert typed(page) == GOOD


def test_refused_as_a_whole(browser: Browser) -> None:
    with setup_page(browser) as (page, plug):
        fill(page, GOOD)
        for answer, message in AS_A_WHOLE:
            plug.answers["/save"] = answer
            page.locator("#submit").click()
            page.get_by_role("alert").get_by_text(message).wait_for()
            assert typed(page) == GOOD
        del plug.answers["/save"]
        page.locator("#submit").click()
        page.locator("#status").get_by_text("Connecting to").wait_for()
        assert page.get_by_role("alert").inner_text() == ""


def test_join_code_is_checked_while_it_is_typed(browser: Browser) -> None:
    with setup_page(browser) as (page, _):
        code = page.locator("#join_code")
        code.press_sequentially(CODE[:8])
        assert (code.input_value(), error(page, "join_code")) == (CODE[:8], "")
        code.press_sequentially(TYPO[8:])
        assert "typing error" in error(page, "join_code")
        code.press("Backspace")
        code.press_sequentially(CODE[-1])
        assert error(page, "join_code") == ""
        code.press("Home")
        code.press("Delete")
        code.press_sequentially("?")
        assert code.input_value() == "?" + CODE[1:]
        assert "“?”" in error(page, "join_code")
        code.press("Backspace")
        code.press_sequentially(CODE[0])
        assert (code.input_value(), error(page, "join_code")) == (CODE, "")


def test_a_plug_that_is_silent_or_away_loses_nothing(browser: Browser) -> None:
    with setup_page(browser) as (page, plug):
        fill(page, GOOD)
        plug.broken = True
        page.locator("#submit").click()
        page.get_by_role("alert").get_by_text("did not answer").wait_for()
        page.get_by_text("No answer from the plug").wait_for()
        assert typed(page) == GOOD
        plug.broken = False
        plug.trial("idle")
        page.get_by_text("No answer from the plug").wait_for(state="hidden")


def test_an_answer_that_is_lost(browser: Browser) -> None:
    with setup_page(browser) as (page, plug):
        fill(page, GOOD)
        plug.silent = 0.7  # longer than the hurried time-outs
        page.locator("#submit").click()
        page.get_by_role("alert").get_by_text("did not answer").wait_for()
        plug.silent = 0
        page.locator("#status .busy").get_by_text("Cellar").wait_for()
        assert page.get_by_role("alert").inner_text() == ""
        assert typed(page) == GOOD
        assert plug.saved()["network"] == {"ssid": "Cellar", "password": "long enough"}


def test_polls_one_at_a_time_and_disturb_nobody(browser: Browser) -> None:
    # Not hurried: a poll that the page gives up goes on in the fake, beside the next one.
    with setup_page(browser, config=CONFIG, hurry=1) as (page, plug):
        plug.silent = 0.08
        page.get_by_role("radio", name="Home strong").check()
        page.locator("#password").press_sequentially("half a pass")
        page.locator("#name").press_sequentially("Half")
        plug.state["networks"] = [["Home", -70, 1], ["New", -71, 0]]
        plug.state["config"] = {**CONFIG, "name": "Elsewhere"}
        polled(page, plug)
        assert plug.most_at_once == 1
        assert page.evaluate("document.activeElement.id") == "name"
        page.locator("#name").press_sequentially("way")
        assert page.locator("#name").input_value() == "Halfway"
        assert page.locator("#password").input_value() == "half a pass"
        assert page.get_by_role("radio", name="Home good").is_checked()
        assert page.get_by_role("radio", name="New").count() == 1
