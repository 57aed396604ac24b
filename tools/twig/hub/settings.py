"""How a hub is set up, with the protocol's defaults."""

from dataclasses import dataclass, field
from pathlib import Path

DATABASE = "hub.sqlite3"  # in the data directory


@dataclass(frozen=True)
class Timing:
    """Every wait of the hub, in seconds. Tests shorten them; a hub in use keeps the protocol's."""

    beacon: float = 5.0  # section 1
    solicit_delay: float = 0.1  # section 1: the most that an answer is held back
    message: float = 10.0  # section 2: from a message's first byte to its last
    register: float = 30.0  # section 2: a connection without a registered device is closed
    handshake: float = 10.0  # a part of the above: with TLS, a slow device in bad Wi-Fi needs two or three
    keep_alive: float = 20.0  # section 6; closed after three times that
    time: float = 600.0  # section 3: Time is sent again
    answer: float = 5.0  # a person waits for the switch; the API says 504 after it
    write: float = 10.0  # a peer that takes no byte for so long is gone
    linger: float = 1.0  # a closing connection lets the peer read our last words
    flush: float = 0.5  # values reach the database at most so much later
    replacements: float = 60.0  # section 4: window in which replacements are counted
    updates: float = 1.0  # offers that are due are looked for; their own waits are longer
    retention: float = 3600.0  # old history is looked for
    release_request: float = 10.0  # at the release port: for a request's head, and between two requests
    release_chunk: float = 30.0  # 16 KiB; a plug writes them to its flash and may look at its relay meanwhile
    release_life: float = 600.0  # of a connection there; who needs longer comes again and goes on with Range


@dataclass(frozen=True)
class Limits:
    """Every bound of the hub."""

    connections: int = 12_000  # all, beyond it nothing is accepted until one closes
    unregistered_per_address: int = 2_048  # one address must not use up the above; behind NAT many are one
    # Of these, those with TLS that have proved no key. In bad Wi-Fi that takes a plug three seconds: 85 plugs
    # behind one NAT come in each second, and who finds no place comes again after a growing wait.
    unproven_per_address: int = 256
    write_buffer: int = 262_144  # bytes that wait for one slow connection
    requests: int = 64  # unanswered requests at one device
    replacements: int = 3  # section 4: per window
    depth: int = 4  # section 9: a device at the hub itself has depth 1
    devices: int = 20_000  # known ones; without keys anybody in the network could fill the database
    members: int = 1_000  # devices on one connection: a parent and its descendants
    join_codes: int = 1_000  # open at once; each is a chance to guess one
    ios_bytes: int = 65_536  # RegisterIO data of one device
    store_jobs: int = 20_000  # database work that waits
    history_burst: int = 20  # history rows of one IO per flush
    release_connections: int = 64  # at the release port; beyond it a newcomer is closed
    release_per_address: int = 8  # one address must not use up the above
    subscriber: int = 1_024  # events that wait for one subscriber


@dataclass(frozen=True)
class HubSettings:
    """Where the hub listens and keeps its data; port 0 is any free one (`Hub.ports` says which)."""

    data: Path
    host: str = "0.0.0.0"
    device_port: int = 7261
    tls_port: int = 7262
    release_port: int = 7264
    http_port: int = 8080
    http_host: str = "127.0.0.1"
    https_cert: Path | None = None
    https_key: Path | None = None
    discovery_port: int = 7260
    interface: str = "0.0.0.0"
    role: str = "standard"
    development: bool = False
    insecure: bool = False
    database: str | None = None  # SQLAlchemy URL; without one SQLite below `data`
    history_days: float = 400.0
    timing: Timing = field(default_factory=Timing)
    limits: Limits = field(default_factory=Limits)

    @property
    def url(self) -> str:
        """The database's SQLAlchemy URL."""
        return self.database or f"sqlite:///{self.data / DATABASE}"
