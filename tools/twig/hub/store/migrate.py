"""Brings a database to the newest schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine

from twig.hub.errors import StoreError


def upgrade(engine: Engine) -> None:
    """Run the migrations that are missing; StoreError for a database of a newer hub."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            text = f"The database is of another version of the hub ({error}); update the hub."
            raise StoreError(text) from error
