"""The hub's time."""

import time
from datetime import datetime

# Nanoseconds since 1970. Tests put another source here, to let half an hour pass at once.
source = time.time_ns


def now_ms() -> int:
    """UTC milliseconds since 1970."""
    return source() // 1_000_000


def offset_min() -> int:
    """Minutes that local time is ahead of UTC now."""
    offset = datetime.now().astimezone().utcoffset()
    return round(offset.total_seconds() / 60) if offset else 0
