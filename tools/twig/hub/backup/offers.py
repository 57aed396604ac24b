"""A restored hub offers nothing by itself: since the backup a person may have stopped what was going."""

import sqlite3
from contextlib import closing
from pathlib import Path

END = (
    "UPDATE rollouts SET state = 'stopped', reason = 'restored from a backup' WHERE state != 'stopped'",
    "UPDATE updates SET state = 'withdrawn' WHERE state = 'waiting'",
)


def end(database: Path) -> None:
    """Stop all rollouts, withdraw all offers that wait; of a database that no hub uses."""
    with closing(sqlite3.connect(database)) as connection:
        for statement in END:
            connection.execute(statement)
        connection.commit()
