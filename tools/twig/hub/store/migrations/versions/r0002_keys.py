"""Keys of devices and join codes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "device_keys",
        sa.Column("guid", sa.String(36), primary_key=True),
        sa.Column("present", sa.LargeBinary),
        sa.Column("next", sa.LargeBinary),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "join_codes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("identity", sa.String(18), nullable=False, unique=True),
        sa.Column("secret", sa.LargeBinary),
        *[sa.Column(name, sa.String(36)) for name in ("for_guid", "guid")],
        sa.Column("expires_ms", sa.BigInteger, nullable=False),
        sa.Column("used_ms", sa.BigInteger),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("join_codes")
    op.drop_table("device_keys")
