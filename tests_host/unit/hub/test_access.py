"""Passwords, attempts, sessions and tokens, by a clock that the tests turn."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

import pytest

from tests_host.unit.api.fake import database
from twig.hub import errors
from twig.hub.access import OWNER, Access, Scope, passwords, secrets
from twig.hub.access import attempts as attempts_module
from twig.hub.access import sessions as sessions_module
from twig.hub.access import tokens as tokens_module
from twig.hub.access.attempts import Attempts
from twig.hub.settings import HubSettings
from twig.hub.store import open_store
from twig.hub.store.access import AccessRows

PASSWORD = "correct horse battery"
AWAY, HERE = "192.0.2.7", "127.0.0.1"


class Clock:
    """Seconds or milliseconds that pass when a test says so."""

    now = 1_770_000_000_000

    def __call__(self) -> int:
        return self.now


def access_of(clock: Callable[[], int] | None = None) -> Access:
    """An empty one."""
    return Access(AccessRows(), database(), clock or Clock())


def test_made_passwords_differ_and_may_be_ones() -> None:
    made = {passwords.check(passwords.make()) for _ in range(100)}
    assert len(made) == 100
    assert all(set(one) <= set(passwords.ALPHABET + "-") and len(one) == 19 for one in made)


def test_a_password_fits_its_hash_only_and_each_hash_is_salted() -> None:
    kept = passwords.hashed("Zwölf Äpfel")
    assert "Zwölf" not in kept and "Äpfel" not in kept
    assert passwords.fits(normalize("NFD", "Zwölf Äpfel"), kept)
    assert not passwords.fits("zwölf Äpfel", kept)
    assert not passwords.fits("", kept)
    assert passwords.hashed("Zwölf Äpfel") != kept


def test_a_name_that_does_not_exist_costs_as_much_as_a_wrong_password() -> None:
    nobody, somebody = (kept.split("$") for kept in (passwords.NOBODY, passwords.hashed(PASSWORD)))
    assert nobody[:4] == somebody[:4]
    assert [len(part) for part in nobody] == [len(part) for part in somebody]
    assert not passwords.fits(PASSWORD, passwords.NOBODY)


@pytest.mark.parametrize("password", ["", "x" * 9, "x" * 257])
def test_what_may_not_be_a_password(password: str) -> None:
    with pytest.raises(errors.BadPassword, match="10 to 256"):
        passwords.check(password)


def wait_of(attempts: Attempts, address: str, here: bool = False) -> int:
    """Seconds that an attempt has to wait; 0 when it was allowed."""
    try:
        attempts.begin(address, here)
    except errors.TooManyAttempts as error:
        return error.seconds
    return 0


def test_an_address_waits_longer_with_each_wrong_attempt() -> None:
    clock = Clock()
    attempts, waits = Attempts(clock), []
    for _ in range(attempts_module.FREE + 12):
        clock.now += (wait := wait_of(attempts, AWAY))
        waits.append(wait)
        assert not wait or wait_of(attempts, AWAY) == 0
    assert waits[: attempts_module.FREE] == [0] * attempts_module.FREE
    assert waits[attempts_module.FREE :][:4] == [1, 2, 4, 8]
    assert waits[-1] == attempts_module.LONGEST_S
    clock.now += int(attempts_module.FORGET_S) + 1
    assert wait_of(attempts, AWAY) == 0
    assert wait_of(attempts, AWAY) == 0


def test_waiting_attempts_do_not_make_the_wait_longer() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(attempts_module.FREE + 1):
        wait_of(attempts, AWAY)
    assert [wait_of(attempts, AWAY) for _ in range(50)] == [1] * 50


def test_a_right_attempt_clears_the_address() -> None:
    attempts = Attempts(Clock())
    for _ in range(3 * attempts_module.FREE):
        assert wait_of(attempts, AWAY) == 0
        attempts.right(AWAY, here=False)
    assert len(attempts) == 0


def test_many_addresses_together_are_slowed_down_but_not_the_person_at_the_machine() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    waits = [wait_of(attempts, f"192.0.2.{number}") for number in range(attempts_module.TOGETHER + 5)]
    assert waits == [0] * attempts_module.TOGETHER + [attempts_module.TOGETHER_S] * 5
    assert wait_of(attempts, HERE, here=True) == 0
    clock.now += int(attempts_module.TOGETHER_S)
    assert wait_of(attempts, AWAY) == 0


def test_at_this_computer_no_wait_is_long() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(50):
        clock.now += (wait := wait_of(attempts, HERE, here=True))
        assert wait <= attempts_module.HERE_S


def test_memory_of_addresses_is_bounded() -> None:
    attempts = Attempts(Clock())
    for number in range(3 * attempts_module.ADDRESSES):
        wait_of(attempts, f"2001:db8::{number:x}", here=True)
    assert len(attempts) == attempts_module.ADDRESSES


async def logged_in(access: Access) -> str:
    """A session of a hub that has a password."""
    await access.set_password(OWNER, PASSWORD)
    return await access.login(OWNER, PASSWORD, HERE)


async def test_a_session_ends_when_idle_for_long() -> None:
    clock = Clock()
    access = access_of(clock)
    session = await logged_in(access)
    for _ in range(3):
        clock.now += sessions_module.IDLE_MS - 1
        assert access.by_session(session).scope == Scope.ADMIN
    clock.now += sessions_module.IDLE_MS
    with pytest.raises(errors.LoginNeeded):
        access.by_session(session)


async def test_a_session_ends_however_often_it_is_used() -> None:
    clock = Clock()
    access = access_of(clock)
    session = await logged_in(access)
    caller = access.by_session(session)
    for _ in range(sessions_module.LONGEST_MS // sessions_module.DAY_MS - 1):
        clock.now += sessions_module.DAY_MS
        access.by_session(session)
    assert caller.alive()
    clock.now += sessions_module.DAY_MS
    assert not caller.alive()
    with pytest.raises(errors.LoginNeeded):
        access.by_session(session)


async def test_right_passwords_do_not_count_as_attempts() -> None:
    access = access_of()
    await logged_in(access)
    for _ in range(2 * attempts_module.FREE):
        await access.login(OWNER, PASSWORD, AWAY)
    with pytest.raises(errors.WrongLogin):
        await access.login(OWNER, "wrong password", AWAY)


async def test_no_login_by_the_old_password_outlives_a_new_one() -> None:
    access = access_of()
    await access.set_password(OWNER, PASSWORD)
    changing = asyncio.create_task(access.set_password(OWNER, "another password"))
    await asyncio.sleep(0)  # it has begun
    with pytest.raises(errors.WrongLogin):
        await access.login(OWNER, PASSWORD, HERE)
    await changing
    assert len(access.sessions) == 0


async def test_the_number_of_sessions_is_bounded_and_the_least_used_goes() -> None:
    clock = Clock()
    access = access_of(clock)
    first = await logged_in(access)
    clock.now += 1
    second = await access.sessions.open(1)
    clock.now += 1
    access.by_session(first)
    for _ in range(sessions_module.MOST - 1):
        clock.now += 1
        await access.sessions.open(1)
    assert len(access.sessions) == sessions_module.MOST
    assert access.by_session(first)
    with pytest.raises(errors.LoginNeeded):
        access.by_session(second)


async def test_the_number_of_tokens_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens_module, "MOST", 2)
    access = access_of()
    for name in ("a", "b"):
        await access.tokens.make(name, Scope.READ)
    with pytest.raises(errors.TooManyTokens):
        await access.tokens.make("c", Scope.READ)
    await access.tokens.revoke("a")
    await access.tokens.make("c", Scope.READ)


@pytest.mark.parametrize("name", ["", "-x", "a b", "a/b", "x" * 41, "é", "a\n"])
async def test_names_that_tokens_may_not_have(name: str) -> None:
    with pytest.raises(errors.BadTokenName):
        await access_of().tokens.make(name, Scope.READ)


async def test_a_token_tells_when_it_was_used() -> None:
    clock = Clock()
    access = access_of(clock)
    made = await access.tokens.make("cron", Scope.CONTROL)
    assert [token.used_ms for token in access.tokens] == [0]
    assert access.by_token(made, AWAY).scope == Scope.CONTROL
    assert [token.used_ms for token in access.tokens] == [clock.now]


async def test_wrong_tokens_slow_down_and_right_ones_never_wait() -> None:
    access = access_of()
    made = await access.tokens.make("cron", Scope.READ)
    for _ in range(attempts_module.FREE):
        with pytest.raises(errors.LoginNeeded):
            access.by_token("twig_wrong", AWAY)
    with pytest.raises(errors.TooManyAttempts):
        access.by_token("twig_wrong", AWAY)
    assert access.by_token(made, AWAY).name == "cron"
    assert access.by_token(access.local, AWAY).scope == Scope.ADMIN


def kept_in(folder: Path, *secrets: str) -> list[str]:
    """Those of the secrets that a file of the folder holds."""
    raw = b"".join(path.read_bytes() for path in folder.iterdir())
    assert OWNER.encode() in raw
    return [secret for secret in secrets if secret.encode() in raw]


async def test_what_the_database_keeps_comes_back_and_holds_no_secret(tmp_path: Path) -> None:
    url = HubSettings(data=tmp_path).url
    store, contents = await open_store(url, 100)
    access = Access(contents.access, store.run)
    session = await logged_in(access)
    token = await access.tokens.make("cron", Scope.CONTROL)
    gone = await access.tokens.make("gone", Scope.READ)
    await access.tokens.revoke("gone")
    await store.close()
    assert not kept_in(tmp_path, PASSWORD, session, token, access.local)

    store, contents = await open_store(url, 100)
    again = Access(contents.access, store.run)
    assert again.by_session(session).name == OWNER
    assert again.by_token(token, HERE).scope == Scope.CONTROL
    for wrong in (gone, access.local):
        with pytest.raises(errors.LoginNeeded):
            again.by_token(wrong, HERE)
    await again.set_password(OWNER, "another password")
    with pytest.raises(errors.LoginNeeded):
        again.by_session(session)
    with pytest.raises(errors.WrongLogin):
        await again.login(OWNER, PASSWORD, HERE)
    await store.close()
    store, contents = await open_store(url, 100)
    assert contents.access.sessions == []
    await store.close()


async def test_no_secret_is_logged_or_shown(caplog: pytest.LogCaptureFixture) -> None:
    access = access_of()
    with caplog.at_level(logging.DEBUG):
        session = await logged_in(access)
        with pytest.raises(errors.WrongLogin):
            await access.login(OWNER, "wrong password", AWAY)
        with pytest.raises(errors.LoginNeeded):
            access.by_token("twig_wrong", AWAY)
        token = await access.tokens.make("cron", Scope.READ)
    callers = [access.by_session(session), access.by_token(token, HERE), *access.tokens]
    told = " ".join([repr(callers), *(f"{record.msg} {vars(record)}" for record in caplog.records)])
    assert "wrong name or password" in told
    assert not [one for one in (PASSWORD, "wrong password", "twig_wrong", session, token) if one in told]
    assert secrets.csrf_of(session) not in told
