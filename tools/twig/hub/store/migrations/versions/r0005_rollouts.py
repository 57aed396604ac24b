"""Rollouts and the devices in them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "rollouts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("plan", sa.JSON, nullable=False),
        sa.Column("parts", sa.JSON, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("skipped", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("wave", sa.Integer, nullable=False),
        sa.Column("passed_ms", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "rollout_devices",
        _key("rollout_id", "rollouts.id"),
        _key("device_id", "devices.id"),
        sa.Column("place", sa.Integer, nullable=False, server_default="0"),
        sa.Column("wave", sa.Integer, nullable=False),
        sa.Column("manifest", sa.String(64), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("errors", sa.Integer),
    )


def downgrade() -> None:
    """Drop both tables."""
    for name in ("rollout_devices", "rollouts"):
        op.drop_table(name)


def _key(name: str, to: str) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer, sa.ForeignKey(to, ondelete="CASCADE"), primary_key=True)
