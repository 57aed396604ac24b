"""What README.md and docs/ name exists: files, links, make targets, options of `twig`."""

import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from firmware.protocol import beacon
from twig import cli
from twig.release import sources
from twig.release.places import FIRMWARE, ROOT
from twig.release.settle import literals
from twig.twin import air, leds

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")
CODE = re.compile(r"`([^`\n]+)`")
BLOCK = re.compile(r"^    .*$", re.M)
# The first folder or the whole name of what a page may mean by a path; build/ and fetched libraries are made.
TOP = ("docs/", "firmware/", "lib/packages.json", "requirements/", "tests_host/", "tools/")
FILE = re.compile(rf"(?<![\w/.-])(?:{'|'.join(map(re.escape, TOP))})[\w./*-]*")
PAGE = re.compile(r"\bdocs/\w+\.md\b")
TARGET = re.compile(r"\bmake ([a-z]+)\b")
TWIG = re.compile(r"(?<![\w./~-])(?:build/venv/bin/)?twig ((?:[a-z][a-z-]* ?)+)([^\n`]*)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
MACHINE = re.compile(r"(?<![\w.~])/(?:work|home|root|tmp|opt|usr/local|Users)/|\b192\.0\.2\.")

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def code(text: str) -> list[str]:
    """What stands in backticks or is indented: what a reader may type."""
    return [*CODE.findall(text), *BLOCK.findall(text)]


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


@cache
def commands() -> dict[str, set[str]]:
    """Every `twig` command by its words -> its options, with those of the commands above it."""
    found: dict[str, set[str]] = {}
    for name in cli.MOUNTS:
        collect(name, cli.load(name), set(), found)
    return found


def collect(name: str, command: Any, above: set[str], found: dict[str, set[str]]) -> None:
    """Add a command and those below it."""
    own = {option for each in command.params for option in each.opts} | {"--help"}
    found[name] = own | above
    for inner, member in getattr(command, "commands", {}).items():
        collect(f"{name} {inner}", member, found[name], found)


@pages
def test_links_lead_somewhere(page: Path) -> None:
    for groups in LINK.findall(page.read_text("utf-8")):
        target, _, anchor = "".join(groups).partition("#")
        if "://" not in target:
            found = (page.parent / target) if target else page
            assert found.exists(), target
            assert not anchor or anchor in anchors(found), anchor


@pages
def test_paths_exist(page: Path) -> None:
    named = {found.rstrip("./") for part in code(page.read_text("utf-8")) for found in FILE.findall(part)}
    assert sorted(each for each in named if not list(ROOT.glob(each))) == []


@pages
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = {found for part in code(page.read_text("utf-8")) for found in TARGET.findall(part)}
    assert sorted(named - targets) == []


@pages
def test_commands_and_options_exist(page: Path) -> None:
    for part in code(page.read_text("utf-8")):
        for words, rest in TWIG.findall(part):
            name = longest(words.split())
            assert name or words.split()[0] in ("runs", "join"), f"twig {words}"
            if name:
                unknown = set(OPTION.findall(words + rest)) - commands()[name]
                assert not unknown, f"twig {name} has no {unknown}"


def longest(words: list[str]) -> str:
    """The command that the first words name; "" for none."""
    names = [" ".join(words[:count]) for count in range(len(words), 0, -1)]
    return next((name for name in names if name in commands()), "")


@pytest.mark.parametrize(
    ("page", "command"), [("hub.md", "hub"), ("twin.md", "plug"), ("flashing.md", "flash")]
)
def test_tables_name_all_options(page: str, command: str) -> None:
    rows = re.findall(r"^\| (`--.*?) \|", (ROOT / "docs" / page).read_text("utf-8"), re.M)
    named = {option for row in rows for option in OPTION.findall(row)}
    completion = {"--install-completion", "--show-completion", "--help"}
    assert named == {each for each in commands()[command] if each.startswith("--")} - completion


@pytest.mark.parametrize(("page", "command"), [("hub.md", "hub"), ("twin.md", "plug")])
def test_tables_have_the_defaults(page: str, command: str) -> None:
    rows = re.findall(r"^\| `(--[a-z-]+)[^|]*\| (.*?) ?\|", (ROOT / "docs" / page).read_text("utf-8"), re.M)
    defaults = {each.opts[0]: each.default for each in cli.load(command).params}
    shown = {option: default for option, default in rows if re.fullmatch(r"[\w.]+", default)}
    assert len(shown) > 4
    for option, default in shown.items():
        meant = {"needed": "None", "off": "False"}.get(default, default)
        wanted = {"--discovery-port": beacon.PORT}.get(option, defaults[option])
        assert str(wanted) == meant, option


def test_the_table_of_settings_is_the_firmwares() -> None:
    table, keys = section("device.md", "config.json"), constants("storage/keys.py")
    known = " ".join([keys["TEXTS"], keys["FLAGS"], keys["OBJECTS"], "schema wifi discovery_port switch"])
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.M)) == set(known.split())
    tried = set(re.findall(r"^\| `(\w+)` .*\| tried \|$", table, re.M))
    assert tried == set(constants("links/checking.py")["TRIED"])


def test_the_times_of_the_button_are_the_firmwares() -> None:
    times = constants("drivers/gesture.py")
    steps = [times[f"{name}_MS"] for name in ("REPORT", "SETUP", "RESET", "RESCUE", "NOTHING")]
    spans = re.findall(r"^\| (\d+) to (\d+) s \|", section("device.md", "Button"), re.M)
    assert [(int(begin) * 1000, int(end) * 1000) for begin, end in spans] == list(pairwise(steps))
    for page in ("trouble.md", "setup.md"):
        text = (ROOT / "docs" / page).read_text("utf-8")
        assert set(re.findall(r"(\d+) to (\d+) s(?:econds)?\b", text)) <= set(spans), page


def test_the_virtual_wifi_is_the_one_that_pages_name() -> None:
    network = air.load(None).networks[0]
    for page in (PAGES[0], ROOT / "docs" / "twin.md"):
        text = " ".join(page.read_text("utf-8").split())
        assert f"`{network.ssid}`, with the password `{network.password}`" in text


def constants(path: str) -> dict[str, Any]:
    """The constants of a module of the firmware, which this computer cannot import."""
    return literals(sources.parse(path, FIRMWARE / path).tree)


def section(page: str, title: str) -> str:
    """What stands below that heading."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_the_table_of_led_patterns_is_the_firmwares() -> None:
    text = (ROOT / "docs" / "device.md").read_text("utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \| (\w+)(?: ms)? \| (\w+)(?: ms)? \|", text, re.M)
    shown = {name.lower(): (lit, dark) for name, lit, dark in rows}
    words = {name: tuple(map(str, times)) for name, times in leds.patterns().items()}
    assert shown == words | {"off": ("never", "always"), "online": ("always", "never")}


@pages
def test_nothing_of_this_machine(page: Path) -> None:
    assert MACHINE.findall(page.read_text("utf-8")) == []


@pytest.mark.parametrize("folder", ["firmware", "tools", "tests_host"])
def test_pages_that_code_names_exist(folder: str) -> None:
    texts = [path.read_text("utf-8") for path in (ROOT / folder).rglob("*.py")]
    named = {each for text in texts for each in PAGE.findall(text)}
    assert sorted(each for each in named if not (ROOT / each).exists()) == []


def test_readme_names_every_page() -> None:
    readme = PAGES[0].read_text("utf-8")
    assert [page.name for page in PAGES[1:] if f"(docs/{page.name})" not in readme] == []
