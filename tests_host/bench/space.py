"""Flash: the slot image, and what both slots and the configuration leave."""

from tests_host.bench import images
from tests_host.bench.place import Place
from tests_host.bench.results import Result, Row
from twig.release import flash
from twig.release.slot import blocks

SLOT = Row("slot_blocks", "slot image", "blocks", 28, 20)
FREE = Row("free_blocks", "file system: blocks free with two slots and configuration", "blocks", 8, more=True)
ROWS = (SLOT, FREE)
SLOT_HOW = "blocks of 4,096 B that littlefs needs for the file"
FREE_HOW = "a littlefs of 98 blocks with slot_a, slot_b, config.json and config.old"
# As large as settings get: three networks, a hub, names; the last good configuration beside it.
CONFIG = b"{" + b" " * 1500 + b"}"


def measure(place: Place) -> list[Result]:
    """Of the image as it is flashed."""
    built = images.built(images.REAL)
    image = built.files["slot_a"]
    extra = {"slot_b": image, "config.json": CONFIG, "config.old": CONFIG, "ident": bytes(32), "relay": b"\1"}
    used = flash.used_blocks(flash.make({**built.files, **extra}))
    modules = {name: len(data) for name, data in sorted(built.slot.items())}
    return [
        SLOT.result(blocks(image), SLOT_HOW, bytes=len(image), modules=modules),
        FREE.result(flash.BLOCKS - used, FREE_HOW),
    ]
