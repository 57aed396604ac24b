"""The hub's tests of what it keeps, once more with PostgreSQL in place of SQLite."""

import hashlib
from collections.abc import Iterator
from inspect import signature
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine

from tests_host.postgresql import Server, running
from tests_host.unit.hub import (
    test_access,
    test_join_code,
    test_keyring,
    test_rollout_breaks,
    test_rollouts,
    test_rotation,
    test_store,
    test_updates,
)
from twig.hub.access import OWNER
from twig.hub.errors import StoreError
from twig.hub.store import engine as engine_module
from twig.hub.store import open_store
from twig.hub.store.saves import DeviceSaves
from twig.hub.store.tables import metadata

pytestmark = pytest.mark.proof
SQLITE = "sqlite:///"
KEYS = (test_keyring, test_access, test_rotation, test_join_code)
MODULES = (test_store, *KEYS, test_updates, test_rollouts, test_rollout_breaks)
# They tell of SQLite's own files; below are those that tell the same of PostgreSQL.
OWN = {
    "test_migrations_make_the_schema_that_the_code_expects",
    "test_what_cannot_be_opened_says_so",
    "test_a_file_that_is_no_database_says_so",
    "test_a_job_is_done_when_others_can_read_it",
    "test_a_hub_that_is_killed_goes_on",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One server for the module."""
    with running() as started:
        yield started


@pytest.fixture(autouse=True)
def moved(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What would open a file of SQLite opens a database of the server that is named by the file's path."""
    made: set[str] = set()

    def connect(url: str) -> Engine:
        if url.startswith(SQLITE):
            name = hashlib.sha256(url.encode()).hexdigest()[:32]
            url = server.url(name) if name in made else server.create(name)
            made.add(name)
        return create_engine(url)

    monkeypatch.setattr(engine_module, "create_engine", connect)
    monkeypatch.setattr(test_keyring, "everything", lambda path: server.raw())
    monkeypatch.setattr(test_access, "kept_in", lambda folder, *secrets: _kept_in(server, *secrets))
    yield
    for name in made:
        server.drop(name)


def _kept_in(server: Server, *secrets: str) -> list[str]:
    """Those of the secrets that lie on the server's disk."""
    raw = server.raw()
    assert OWNER.encode() in raw
    return [secret for secret in secrets if secret.encode() in raw]


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    """An empty database."""
    yield server.create("own")
    server.drop("own")


async def test_migrations_make_the_schema_that_the_code_expects(url: str) -> None:
    store, _ = await open_store(url, 10)
    await store.close()
    engine = create_engine(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


async def test_a_job_is_done_when_others_can_read_it(url: str) -> None:
    store, _ = await open_store(url, 10)
    await DeviceSaves(store).save(test_store.device("g"))
    engine = create_engine(url)
    with engine.connect() as other:
        assert other.exec_driver_sql("SELECT guid FROM devices").fetchall() == [("g",)]
    engine.dispose()
    await store.close()


async def test_a_database_that_is_not_there_says_so(server: Server) -> None:
    for address in (server.url("nowhere"), "postgresql://127.0.0.1:1/twig"):
        with pytest.raises(StoreError, match="does not open"):
            await open_store(address, 10)


def _again() -> Iterator[tuple[str, Any]]:
    """The tests that keep something, by names that tell their modules apart."""
    for module in MODULES:
        for name, test in vars(module).items():
            if name.startswith("test_") and name not in OWN and "tmp_path" in signature(test).parameters:
                yield f"{name}__{module.__name__.rpartition('.test_')[2]}", test


globals().update(_again())
