"""Who may use the hub: users, their sessions at the page, tokens of programs."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("password", sa.Text, nullable=False),
        _time("changed_ms"),
    )
    op.create_table(
        "web_sessions",
        sa.Column("key", sa.LargeBinary(32), primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        _time("created_ms"),
        _time("used_ms"),
    )
    op.create_table(
        "api_tokens",
        sa.Column("key", sa.LargeBinary(32), primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("scope", sa.Text, nullable=False),
        _time("created_ms"),
        _time("used_ms"),
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in ("web_sessions", "api_tokens", "users"):
        op.drop_table(name)


def _time(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger, nullable=False)
