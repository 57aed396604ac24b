"""How far devices are with their updates, and what they have rolled back from."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "updates",
        _device(),
        sa.Column("manifest", sa.String(64), nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("percent", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("time_ms", sa.BigInteger, nullable=False),
        sa.Column("signature", sa.Integer, nullable=False),
    )
    op.create_table(
        "rollbacks",
        _device(),
        sa.Column("manifest", sa.String(64), primary_key=True),
        sa.Column("time_ms", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Drop both tables."""
    for name in ("rollbacks", "updates"):
        op.drop_table(name)


def _device() -> "sa.Column[int]":
    place = sa.ForeignKey("devices.id", ondelete="CASCADE")
    return sa.Column("device_id", sa.Integer, place, primary_key=True)
