"""The tables, as the newest migration leaves them. Times are UTC milliseconds; GUIDs are printed text.

A row of `ios` is one meaning of an IO id: when type or kind change, it is retired and a new row begins a new
history.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

# SQLite numbers rows by itself only where the column is declared INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")

installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guid", String(36), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guid", String(36), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("firmware", Text, nullable=False),
    Column("parent", String(36), nullable=False),
    Column("signature", LargeBinary(4), nullable=False),
    Column("joined_ms", BigInteger, nullable=False),
    Column("last_seen_ms", BigInteger, nullable=False),
    Column("address", Text, nullable=False),
    Column("may_have_children", Boolean, nullable=False),
)

ios = Table(
    "ios",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("device_id", ForeignKey("devices.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("flags", Integer, nullable=False),
    Column("descriptor", LargeBinary, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("minimum", Float(53)),
    Column("maximum", Float(53)),
    Column("step", Float(53)),
    Column("since_ms", BigInteger, nullable=False),
    Column("retired_ms", BigInteger),
    Index("ios_of_device", "device_id", "number"),
)

last_values = Table(
    "last_values",
    metadata,
    Column("io_id", ForeignKey("ios.id", ondelete="CASCADE"), primary_key=True),
    Column("time_ms", BigInteger, nullable=False),
    Column("value", JSON, nullable=False),
)

history = Table(
    "history",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("io_id", ForeignKey("ios.id", ondelete="CASCADE"), nullable=False),
    Column("time_ms", BigInteger, nullable=False),
    Column("value", JSON, nullable=False),
    Index("history_of_io", "io_id", "time_ms"),
    Index("history_by_time", "time_ms"),
)

old_ids = Table(
    "old_ids",
    metadata,
    Column("old_id", Integer, primary_key=True, autoincrement=False),
    Column("device_id", ForeignKey("devices.id", ondelete="CASCADE"), nullable=False),
    Column("claimed_ms", BigInteger, nullable=False),
)

readings = Table(
    "readings",
    metadata,
    Column("device_id", ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True),
    Column("boot", BigInteger, primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("io_id", ForeignKey("ios.id", ondelete="CASCADE"), nullable=False),
    Column("time_ms", BigInteger, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("value", JSON, nullable=False),
    Index("readings_of_io", "io_id", "time_ms"),
    Index("readings_by_arrival", "received_ms"),
)

# Of keys and codes: what is secret is sealed under the master key (twig.hub.keys.vault).
device_keys = Table(
    "device_keys",
    metadata,
    Column("guid", String(36), primary_key=True),  # a key comes before the device's row
    Column("present", LargeBinary),
    Column("next", LargeBinary),
    Column("created_ms", BigInteger, nullable=False),
)

join_codes = Table(
    "join_codes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("identity", String(18), nullable=False, unique=True),
    Column("secret", LargeBinary),
    Column("for_guid", String(36)),
    Column("guid", String(36)),
    Column("expires_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger),
    sqlite_autoincrement=True,  # an id never means another code
)

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("password", Text, nullable=False),  # its scrypt hash
    Column("changed_ms", BigInteger, nullable=False),
)

# Of the secret in a browser's cookie and of a token only the SHA-256 is kept: `key`.
web_sessions = Table(
    "web_sessions",
    metadata,
    Column("key", LargeBinary(32), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger, nullable=False),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("key", LargeBinary(32), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("scope", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger, nullable=False),
)

# How far a device is with the release that it was offered last.
updates = Table(
    "updates",
    metadata,
    Column("device_id", ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True),
    Column("manifest", String(64), nullable=False),  # empty for a release that no hub's offer was for
    Column("version", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("percent", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("time_ms", BigInteger, nullable=False),
    Column("signature", Integer, nullable=False),
)

# Releases that a device has gone back from: it is not offered them again by itself.
rollbacks = Table(
    "rollbacks",
    metadata,
    Column("device_id", ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True),
    Column("manifest", String(64), primary_key=True),
    Column("time_ms", BigInteger, nullable=False),
)

rollouts = Table(
    "rollouts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan", JSON, nullable=False),
    Column("parts", JSON, nullable=False),  # its releases: what stays known when they are published no longer
    Column("created_ms", BigInteger, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("wave", Integer, nullable=False),
    Column("passed_ms", BigInteger, nullable=False),
    sqlite_autoincrement=True,  # an id never means another rollout
)

rollout_devices = Table(
    "rollout_devices",
    metadata,
    Column("rollout_id", ForeignKey("rollouts.id", ondelete="CASCADE"), primary_key=True),
    Column("device_id", ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, nullable=False, server_default="0"),  # the order in which they are offered it
    Column("wave", Integer, nullable=False),
    Column("manifest", String(64), nullable=False),
    Column("state", Text, nullable=False),
    Column("errors", Integer),
)
