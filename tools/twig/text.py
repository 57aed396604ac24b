"""Text from devices is not trusted: nothing of it may steer a terminal or break a line."""

import json
from typing import Any


def plain(text: Any) -> str:
    """`text` without characters that steer a terminal or break a line."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in str(text))


def as_json(value: Any, indent: int | None = None) -> str:
    """JSON that people can read; in ASCII where it holds anything that a terminal might obey."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    if text.replace("\n", "").isprintable():
        return text
    return json.dumps(value, indent=indent, default=str)
