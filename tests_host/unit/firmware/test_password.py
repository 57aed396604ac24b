"""A page's password: CPython's PBKDF2 is the reference."""

import asyncio
import hashlib
from itertools import pairwise

import pytest

from firmware.storage import password
from firmware.storage.settings import checked

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(autouse=True)
def turns(monkeypatch):
    """Turns of the event loop that were given to other tasks."""
    seen = []

    async def sleep_ms(milliseconds):
        seen.append(milliseconds)
        await asyncio.sleep(0)

    monkeypatch.setattr(password, "sleep_ms", sleep_ms)
    return seen


@pytest.mark.parametrize("text", ["a", "secret12", "Küche 😀", "x" * 64])
@pytest.mark.parametrize("rounds", [1, 2, 9, 10, 11, 100])
async def test_it_is_pbkdf2(text, rounds):
    sealed = await password.seal(text, rounds)
    count, salt, key = sealed.split("$")
    assert int(count) == rounds and len(salt) == 32
    assert hashlib.pbkdf2_hmac("sha256", text.encode(), bytes.fromhex(salt), rounds).hex() == key


async def test_what_is_sealed_may_be_stored_and_is_found_again():
    sealed = await password.seal("secret12")
    assert checked({"page_password": sealed})
    assert sealed != await password.seal("secret12"), "without a salt"
    assert await password.matches("secret12", sealed)
    for wrong in ("", "secret13", "secret1", "x" * 65):
        assert not await password.matches(wrong, sealed)


@pytest.mark.parametrize("sealed", ["", "***", "1$00", "1$zz$zz", "x$00$00"])
async def test_what_is_not_sealed_matches_nothing(sealed):
    assert not await password.matches("", sealed)
    assert not await password.matches("***", sealed)


async def test_other_tasks_run_meanwhile(turns):
    await password.seal("secret12", 100)
    assert turns == [0] * 9


def test_same():
    assert password.same(b"", b"")
    values = [b"", b"a", b"b", b"ab", b"ba"]
    for one, other in pairwise(values):
        assert password.same(one, one)
        assert not password.same(one, other)
