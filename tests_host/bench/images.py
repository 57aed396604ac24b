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
from twig.release.parts import Parts
from twig.twin.runtime import runtime

BOARD = "s26"
CHIP = Path(__file__).with_name("chip")
# An image without its passes may exceed a slot; the twin's file system takes it.
ANY_SIZE = 90
PASSES = ("bundle", "flatten", "shake", "rename")


def real() -> Parts:
    """The image as it is flashed."""
    return image.build(BOARD)


def prepare() -> None:
    """Build all images that the bench needs, on all cores, into the store of parts."""
    real()  # the twin too, when there is none yet
    jobs: list[tuple[Any, ...]] = [(probed, "stall_probe"), (mqtt,), (without, *PASSES)]
    jobs += [(without, name) for name in PASSES]
    with ProcessPoolExecutor() as workers:
        for job in [workers.submit(*each) for each in jobs]:
            job.result()


def mqtt() -> Parts:
    """The image with umqtt.simple and the switch on it."""
    return probed("mqtt_switch", libs.modules("micropython-umqtt.simple"))


def probed(name: str, libraries: Mapping[str, Path] | None = None) -> Parts:
    """The same with chip/NAME.py in the slot."""
    return image.build(BOARD, {**(libraries or {}), name: CHIP / f"{name}.py"})


def without(*passes: str) -> Parts:
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
    idle: dict[str, tuple[Any, Any]] = {
        "bundle": (slot, dict),
        "flatten": (slot, lambda sources, inside: None),
        "shake": (slot, lambda loop, users: loop),
        "rename": (image, lambda inside, outside: {}),
    }
    with ExitStack() as stack:
        stack.enter_context(patch.object(slot, "MOST_BLOCKS", ANY_SIZE))
        for name in passes:
            stack.enter_context(patch.object(idle[name][0], name, idle[name][1]))
        yield


def flash(folder: Path, built: Parts, config: dict[str, Any], files: Mapping[str, bytes]) -> None:
    """Write a plug's flash, with files in place of those of the image or beside them."""
    folder.mkdir(parents=True)
    content = built.full({image.CONFIG: json.dumps(config).encode(), **files})
    (folder / "flash.bin").write_bytes(content)
    (folder / "names.json").write_text(json.dumps(built.names), "utf-8")
