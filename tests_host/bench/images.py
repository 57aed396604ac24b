"""Images for measurements: the real build, with a probe as one more library, or without one of its passes."""

import ast
import hashlib
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from twig.release import image, libs, parts, slot, sources
from twig.release.explain import Names
from twig.release.parts import Parts
from twig.release.sources import Source, parse
from twig.twin.runtime import runtime

BOARD = "s26"
CHIP = Path(__file__).with_name("chip")
# An image without its passes may exceed a slot; the twin's file system takes it.
ANY_SIZE = 90
REAL, PROBE, MQTT, TLS = "real", "stall_probe", "mqtt_switch", "handshake_probe"
SECURE = "firmware.links.secure"
_made: dict[str, Parts] = {}
_sources = sources.firmware
PASSES = ("bundle", "flatten", "shake", "rename")


def prepare() -> None:
    """Build all images that the bench needs, on all cores: one state of the sources for the whole run."""
    _made[REAL] = _build(REAL)  # and the twin, when there is none yet
    keys = [PROBE, MQTT, TLS, " ".join(PASSES), *PASSES]
    with ProcessPoolExecutor() as workers:
        _made.update(zip(keys, workers.map(_build, keys), strict=True))


def built(key: str) -> Parts:
    """REAL, as it is flashed; PROBE or MQTT, with that module; TLS, with its probe in links.secure; else
    without the passes that are named."""
    if key not in _made:
        _made[key] = _build(key)
    return _made[key]


def _build(key: str) -> Parts:
    if key == REAL:
        return image.build(BOARD)
    if key in (PROBE, MQTT):
        libraries = libs.modules("micropython-umqtt.simple") if key == MQTT else {}
        return image.build(BOARD, {**libraries, key: CHIP / f"{key}.py"})
    if key == TLS:
        with patch.object(sources, "firmware", _probed):
            return _kept(f"with {(CHIP / f'{TLS}.py').read_text()}")
    with _patched(tuple(key.split())):
        return _kept(f"without {key.split()}")


def _kept(what: str) -> Parts:
    """The image as it is built now, which differs from the real one by `what`."""
    chip = runtime()
    key = hashlib.sha256(f"{image._digest(BOARD, {}, chip)} {what}".encode()).hexdigest()
    found = parts.load(key)
    if not found:
        found = image._build(BOARD, {}, chip)
        parts.keep(key, found)
    return found


def _probed(board: str) -> dict[str, Source]:
    """The sources with the probe around `run` of links.secure."""
    found = _sources(board)
    body, probe = found[SECURE].tree.body, parse(TLS, CHIP / f"{TLS}.py").tree.body
    for statement in body:
        if isinstance(statement, ast.AsyncFunctionDef) and statement.name == "run":
            statement.name = "secure"
    found[SECURE].tree.body = [*body, *probe[1:]]  # without its docstring
    return found


@contextmanager
def _patched(passes: tuple[str, ...]) -> Iterator[None]:
    """Each pass replaced by one that leaves its sources as they are."""
    idle: dict[str, dict[str, tuple[Any, Any]]] = {
        "bundle": {"bundle": (slot, dict)},
        "flatten": {"flatten": (slot, lambda sources, inside: None)},
        "shake": {"shake": (slot, lambda loop, users: loop)},
        "rename": {
            "rename": (image, lambda inside, outside, underscored=False: Names()),
            "shorten": (image, lambda inside, outside, names: names),
        },
    }
    with ExitStack() as stack:
        stack.enter_context(patch.object(slot, "MOST_BLOCKS", ANY_SIZE))
        for name in passes:
            for function, (module, does_nothing) in idle[name].items():
                stack.enter_context(patch.object(module, function, does_nothing))
        yield


def flash(folder: Path, built: Parts, config: dict[str, Any], files: Mapping[str, bytes]) -> None:
    """Write a plug's flash, with files in place of those of the image or beside them."""
    folder.mkdir(parents=True)
    content = built.full({image.CONFIG: json.dumps(config).encode(), **files})
    (folder / "flash.bin").write_bytes(content)
    (folder / "names.json").write_text(json.dumps(built.names.raw()), "utf-8")
