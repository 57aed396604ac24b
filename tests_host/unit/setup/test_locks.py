"""The locks name exact versions and hashes, and nothing of the machine that they were made on."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PINNED = re.compile(r"[a-z0-9.-]+==[^ ]+( --hash=sha256:[0-9a-f]{64})+")


def entries(lock: Path) -> list[str]:
    """The requirements of a lock, each in one line, without comments."""
    lines = [line.split("#")[0].rstrip() for line in lock.read_text().splitlines()]
    joined = "\n".join(line for line in lines if line).replace("\\\n", "")
    return [re.sub(" +", " ", line) for line in joined.splitlines()]


def names(lock: str) -> set[str]:
    return {entry.split("==")[0] for entry in entries(ROOT / "requirements" / lock)}


def wanted(requirements: list[str]) -> set[str]:
    """Names of requirements as an index spells them."""
    found = (re.match(r"[A-Za-z0-9._-]+", each) for each in requirements)
    return {re.sub(r"[._-]+", "-", match[0].lower()) for match in found if match}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_entry_has_a_version_and_hashes(lock: Path) -> None:
    assert entries(lock)
    assert [each for each in entries(lock) if not PINNED.fullmatch(each)] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_no_address_stands_in_a_lock(lock: Path) -> None:
    assert not re.search(r"://|--(?!hash=)|index-url|find-links|trusted-host", lock.read_text())


def test_the_locks_have_what_the_project_asks_for() -> None:
    extras = PROJECT["optional-dependencies"]
    assert wanted(PROJECT["dependencies"]) <= names("run.txt")
    assert wanted(extras["test"]) <= names("test.txt")
    assert wanted(extras["test"] + extras["dev"] + extras["bench"]) <= names("dev.txt")


def test_larger_locks_contain_the_smaller_with_the_same_versions() -> None:
    run, test, dev = (set(entries(ROOT / "requirements" / f"{each}.txt")) for each in ("run", "test", "dev"))
    assert run <= test <= dev
