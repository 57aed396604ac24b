"""Structured logs: an event in words and its fields, as JSON lines or, on a terminal, for people."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

from twig.text import as_json

ROOT = "twig.hub"
# Fields that must never be written, whoever passes them.
SECRET = {"key", "password", "psk", "secret", "code", "token", "identity"}


class Log:
    """A logger whose records carry named fields (`peer`, `guid`, `reason`, ...)."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(f"{ROOT}.{name}")

    def debug(self, event: str, **fields: Any) -> None:
        """Detail for a developer."""
        self._write(logging.DEBUG, event, fields)

    def info(self, event: str, **fields: Any) -> None:
        """Something that a person may want to know."""
        self._write(logging.INFO, event, fields)

    def warning(self, event: str, **fields: Any) -> None:
        """A peer or the surroundings did what they should not."""
        self._write(logging.WARNING, event, fields)

    def error(self, event: str, cause: BaseException | None = None, **fields: Any) -> None:
        """The hub could not do its duty; `cause` adds a traceback."""
        self._write(logging.ERROR, event, fields, cause)

    def _write(self, level: int, event: str, fields: dict[str, Any], cause: Any = None) -> None:
        if self._logger.isEnabledFor(level):
            self._logger.log(level, "%s", event, extra={"fields": veiled(fields)}, exc_info=cause)


def veiled(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields with secrets hidden."""
    return {name: "***" if name in SECRET else value for name, value in fields.items()}


class JSONLines(logging.Formatter):
    """One JSON object per record."""

    def format(self, record: logging.LogRecord) -> str:
        """time (ISO 8601, UTC), level, area, event and the fields."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "area": record.name.removeprefix(f"{ROOT}."),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return as_json(line)


class HumanLines(logging.Formatter):
    """One line per record, times in local time."""

    def format(self, record: logging.LogRecord) -> str:
        """`12:00:00 warning event peer=... reason=...`; control characters are escaped."""
        fields = "".join(f" {name}={_shown(value)}" for name, value in getattr(record, "fields", {}).items())
        time = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        line = f"{time} {record.levelname.lower():7} {record.getMessage()}{fields}"
        return line + ("\n" + self.formatException(record.exc_info) if record.exc_info else "")


def _shown(value: Any) -> str:
    text = str(value)
    return text if text and text.isprintable() and " " not in text else as_json(text)


def setup(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Write the hub's records to a stream (standard error): lines for people on a terminal, else JSON."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(HumanLines() if stream.isatty() else JSONLines())
    logger = logging.getLogger(ROOT)
    logger.handlers[:] = [handler]
    logger.setLevel(level)
    logger.propagate = False
