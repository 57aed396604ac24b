"""Plugs whose waits of minutes take seconds: an image of the same sources with other constants."""

import ast
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests_host.system import rig
from twig.release import image, parts, places, sources
from twig.release.parts import Parts
from twig.release.sources import Source
from twig.twin.plug import Plug
from twig.twin.runtime import runtime

# Beside the real images, which a run of all tests would push out of theirs.
STORE = places.BUILD / "quick"

Changes = tuple[tuple[str, Any], ...]


def flash_first(plug: Plug, changes: Mapping[str, Any], **files: bytes) -> None:
    """Make the plug's flash from an image in which `changes` ("module.CONSTANT" -> value) hold."""
    built = _built(plug.options.model, tuple(sorted(changes.items())))
    with patch.object(image, "build", lambda board: built):
        rig.flash_first(plug, **files)


@cache
def _built(board: str, changes: Changes) -> Parts:
    chip = runtime()
    key = _key(image._digest(board, {}, chip), changes)
    found = parts.load(key, STORE)
    if not found:
        with _changed(changes):
            found = image._build(board, {}, chip)
        parts.keep(key, found, STORE)
    return found


def _key(sources_key: str, changes: Changes) -> str:
    """Of all that the image depends on, this module too."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    digest.update(f"{sources_key} with {changes}".encode())
    return digest.hexdigest()


@contextmanager
def _changed(changes: Changes) -> Iterator[None]:
    real = sources.firmware

    def firmware(board: str) -> dict[str, Source]:
        found = real(board)
        for name, value in changes:
            module, _, constant = name.rpartition(".")
            _set(found[module], constant, value)
        return found

    with patch.object(sources, "firmware", firmware):
        yield


def _set(source: Source, constant: str, value: Any) -> None:
    for statement in source.tree.body:
        if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", "") == constant:
            statement.value = ast.copy_location(ast.parse(repr(value), mode="eval").body, statement.value)
            return
    raise AssertionError(f"{source.name} has no constant {constant}")
