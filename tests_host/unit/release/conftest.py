"""A small firmware tree to build from, and the pass over it."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from twig.release import inline, sources
from twig.release.sources import Source

BOARD = 'MODEL = "s26"\nRELAY_PIN = 12\n'

Prepare = Callable[..., dict[str, str]]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write sources given as path-with-underscores-for-slashes=text below firmware/; returns the root."""

    def _write(**files: str) -> Path:
        for name, text in {"board__s26": BOARD, **files}.items():
            path = tmp_path / "firmware" / ((name if "/" in name else name.replace("__", "/")) + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return _write


@pytest.fixture
def prepare(write: Callable[..., Path]) -> Prepare:
    """Write sources, run the pass for the S26; module name without `firmware.` -> text."""

    def _prepare(**files: str) -> dict[str, str]:
        found: dict[str, Source] = inline.prepare(sources.firmware("s26", write(**files)))
        return {name.removeprefix("firmware."): ast.unparse(source.tree) for name, source in found.items()}

    return _prepare
