"""The first schema: installation, devices, IOs, values, history, old ids, readings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create all tables."""
    _create_devices()
    _create_ios()
    _create_values()
    _create_readings()


def downgrade() -> None:
    """Drop all tables."""
    for name in ("readings", "history", "last_values", "old_ids", "ios", "devices", "installation"):
        op.drop_table(name)


def _create_devices() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("guid", sa.String(36), nullable=False),
        _time("created_ms"),
    )
    op.create_table(
        "devices",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("guid", sa.String(36), nullable=False, unique=True),
        *[sa.Column(name, sa.Text, nullable=False) for name in ("name", "model", "firmware")],
        sa.Column("parent", sa.String(36), nullable=False),
        sa.Column("signature", sa.LargeBinary(4), nullable=False),
        _time("joined_ms"),
        _time("last_seen_ms"),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("may_have_children", sa.Boolean, nullable=False),
    )
    op.create_table(
        "old_ids",
        sa.Column("old_id", sa.Integer, primary_key=True, autoincrement=False),
        _belongs_to("devices"),
        _time("claimed_ms"),
    )


def _create_ios() -> None:
    op.create_table(
        "ios",
        sa.Column("id", sa.Integer, primary_key=True),
        _belongs_to("devices"),
        *[sa.Column(name, sa.Integer, nullable=False) for name in ("number", "position", "flags")],
        sa.Column("descriptor", sa.LargeBinary, nullable=False),
        *[sa.Column(name, sa.Text, nullable=False) for name in ("kind", "name", "unit")],
        *[sa.Column(name, sa.Float(53)) for name in ("minimum", "maximum", "step")],
        _time("since_ms"),
        sa.Column("retired_ms", sa.BigInteger),
    )
    op.create_index("ios_of_device", "ios", ["device_id", "number"])


def _create_values() -> None:
    op.create_table("last_values", _belongs_to("ios", primary_key=True), _time("time_ms"), _value())
    op.create_table(
        "history", sa.Column("id", ROW_ID, primary_key=True), _belongs_to("ios"), _time("time_ms"), _value()
    )
    op.create_index("history_of_io", "history", ["io_id", "time_ms"])
    op.create_index("history_by_time", "history", ["time_ms"])


def _create_readings() -> None:
    op.create_table(
        "readings",
        _belongs_to("devices", primary_key=True),
        sa.Column("boot", sa.BigInteger, primary_key=True),
        sa.Column("sequence", sa.BigInteger, primary_key=True),
        _belongs_to("ios"),
        _time("time_ms"),
        _time("received_ms"),
        _value(),
    )
    op.create_index("readings_of_io", "readings", ["io_id", "time_ms"])
    op.create_index("readings_by_arrival", "readings", ["received_ms"])


def _belongs_to(table: str, primary_key: bool = False) -> "sa.Column[int]":
    name = {"devices": "device_id", "ios": "io_id"}[table]
    key = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(name, sa.Integer, key, nullable=False, primary_key=primary_key)


def _time(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger, nullable=False)


def _value() -> "sa.Column[object]":
    return sa.Column("value", sa.JSON, nullable=False)
