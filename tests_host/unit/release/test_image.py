"""What an image is made of."""

from pathlib import Path

from twig.release import image, sources
from twig.release.inline import prepare
from twig.release.sources import Source


def source(folder: Path, name: str, text: str) -> Source:
    path = folder / f"{name}.py"
    path.write_text(text)
    return sources.parse(name, path)


def test_what_nothing_loads_is_left_out(tmp_path: Path) -> None:
    texts = {
        "firmware.modes.run": "import firmware.a\nlazy.call('firmware.b', 'main')\n",
        "firmware.a": "def main():\n    from firmware import c\n",
        "firmware.b": "",
        "firmware.c": "",
        "firmware.d": "import firmware.e\n",
        "firmware.e": "",
        "firmware.record": "",
        "main": "import record\n",
    }
    found = image._used({name: source(tmp_path, name, text) for name, text in texts.items()})
    assert set(found) == set(texts) - {"firmware.d", "firmware.e"}


def test_the_checkouts_image_has_every_mode_and_page() -> None:
    used = image._used(prepare(sources.firmware("s26")))
    wanted = {"modes.run", "modes.serve", "modes.setup", "portal.device_page", "links.rare", "storage.wipe"}
    assert {f"firmware.{name}" for name in wanted} <= set(used)
