"""The hub's time."""

import time
from datetime import datetime


def now_ms() -> int:
    """UTC milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def offset_min() -> int:
    """Minutes that local time is ahead of UTC now."""
    offset = datetime.now().astimezone().utcoffset()
    return round(offset.total_seconds() / 60) if offset else 0
