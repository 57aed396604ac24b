"""Images for measurements: the real build, with a probe as one more library, or without one of its passes."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from twig.release import image, libs, parts, slot
from twig.release.explain import Names
from twig.release.parts import Parts
from twig.twin.runtime import runtime

BOARD = "s26"
CHIP = Path(__file__).with_name("chip")
# An image without its passes may exceed a slot; the twin's file system takes it.
ANY_SIZE = 90
REAL, PROBE, MQTT = "real", "stall_probe", "mqtt_switch"
_made: dict[str, Parts] = {}
PASSES = ("bundle", "flatten", "shake", "rename")


def prepare() -> None:
    """Build all images that the bench needs, on all cores: one state of the sources for the whole run."""
    _made[REAL] = _build(REAL)  # and the twin, when there is none yet
    keys = [PROBE, MQTT, " ".join(PASSES), *PASSES]
    with ProcessPoolExecutor() as workers:
        _made.update(zip(keys, workers.map(_build, keys), strict=True))


def built(key: str) -> Parts:
    """REAL, as it is flashed; PROBE or MQTT, with that module; else without the passes that are named."""
    if key not in _made:
        _made[key] = _build(key)
    return _made[key]


def _build(key: str) -> Parts:
    if key == REAL:
        return image.build(BOARD)
    if key in (PROBE, MQTT):
        libraries = libs.modules("micropython-umqtt.simple") if key == MQTT else {}
        return image.build(BOARD, {**libraries, key: CHIP / f"{key}.py"})
    return _without(*key.split())


def _without(*passes: str) -> Parts:
    """The image built without these passes of the release tools."""
    chip = runtime()
    key = hashlib.sha256(f"{image._digest(BOARD, {}, chip)} without {passes}".encode()).hexdigest()
    found = parts.load(key)
    if not found:
        with _patched(passes):
            found = image._build(BOARD, {}, chip)
        parts.keep(key, found)
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
