"""A PostgreSQL of the tests' own: in a temporary directory, at a socket in it, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

# Debian keeps its programs away from PATH; the newest comes first.
DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
# It refuses to run as root; Debian's package makes this user.
USER = "postgres"
START_S = 60.0  # on two busy cores
SETTINGS = "-c fsync=off -c max_wal_size=64MB -c min_wal_size=32MB"  # quick, and few bytes to look through


class Server:
    """A server that runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def url(self, database: str = "postgres") -> str:
        """The address of a database."""
        return f"postgresql+psycopg://{USER}@/{database}?host={self._folder}"

    def create(self, database: str) -> str:
        """Make an empty one: its address."""
        self._tell(f'CREATE DATABASE "{database}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        """End it, whoever is connected."""
        self._tell(f'DROP DATABASE "{database}" WITH (FORCE)')

    def raw(self) -> bytes:
        """All bytes of all databases on the disk."""
        self._tell("CHECKPOINT")
        return b"".join(path.read_bytes() for path in (self._folder / "data").rglob("*") if path.is_file())

    def _tell(self, command: str) -> None:
        engine = create_engine(self.url(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(command))
        engine.dispose()


@contextmanager
def running() -> Iterator[Server]:
    """A server that runs within the context; FileNotFoundError says what to install."""
    folder = Path(tempfile.mkdtemp(prefix="twig-postgresql-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, USER, USER)
        data = folder / "data"
        _run("initdb", "--auth=trust", f"--username={USER}", "--no-sync", "--encoding=UTF8", str(data))
        settings = f"-c listen_addresses= -c unix_socket_directories={folder} {SETTINGS}"
        control = ["--pgdata", str(data), "--wait", "--timeout", str(int(START_S))]
        _run("pg_ctl", "start", *control, "--log", str(folder / "log"), "--options", settings)
        try:
            yield Server(folder)
        finally:
            _run("pg_ctl", "stop", *control, "--mode", "immediate")
    finally:
        shutil.rmtree(folder)


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs as its user; AssertionError with what it said."""
    places = os.pathsep.join([*map(str, DEBIAN), os.environ.get("PATH", "")])
    found = shutil.which(program, path=places)
    if not found:
        raise FileNotFoundError(f"{program} is missing: apt-get install postgresql, or `make proof` as root")
    who = {"user": USER, "group": USER, "extra_groups": []} if os.geteuid() == 0 else {}
    # The server, which pg_ctl leaves behind, must not hold a pipe open.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            [found, *arguments], cwd="/", stdin=subprocess.DEVNULL, stdout=said, stderr=said, **who
        )  # type: ignore[call-overload]
        said.seek(0)
        assert done.returncode == 0, said.read().decode()
