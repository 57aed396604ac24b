"""Structured logs."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from twig.hub.log import ROOT, Log, setup


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """The logger as it was before."""
    logger = logging.getLogger(ROOT)
    before = (logger.handlers[:], logger.level, logger.propagate)
    yield
    logger.handlers[:], logger.propagate = before[0], before[2]
    logger.setLevel(before[1])


def test_records_are_json_lines_with_their_fields() -> None:
    stream = io.StringIO()
    setup(stream)
    Log("session").warning("message refused", peer="192.0.2.1:5", reason="wrong type\nforged line")
    lines = stream.getvalue().splitlines()
    assert len(lines) == 1
    record = json.loads(lines[0])
    assert (record["level"], record["area"], record["event"]) == ("warning", "session", "message refused")
    assert (record["peer"], record["reason"]) == ("192.0.2.1:5", "wrong type\nforged line")


def test_a_terminal_gets_one_readable_line_without_control_characters() -> None:
    stream = Terminal()
    setup(stream)
    Log("session").info("device accepted", peer="192.0.2.1:5", name="Evil\x1b[2J\n12:00:00 info forged")
    assert stream.getvalue().count("\n") == 1
    assert "\x1b" not in stream.getvalue()
    assert "info    device accepted peer=192.0.2.1:5 name=" in stream.getvalue()


def test_secrets_are_veiled() -> None:
    for stream in (io.StringIO(), Terminal()):
        setup(stream)
        Log("session").info("joined", guid="g", key="hush", password="hush", psk="hush", code="hush")
        assert "hush" not in stream.getvalue()
        assert "***" in stream.getvalue()


def test_debug_is_left_out_and_a_cause_has_its_traceback() -> None:
    stream = io.StringIO()
    setup(stream)
    Log("hub").debug("detail")
    try:
        raise ValueError("broken")
    except ValueError as error:
        Log("hub").error("a part of the hub has failed", error)
    record = json.loads(stream.getvalue())
    assert "ValueError: broken" in record["traceback"]
