"""What arrives in a flash, and its way from the box to a hub."""

from collections.abc import Sequence
from pathlib import Path

from tests_host.board.command import Run, refused
from tests_host.board.rom_loader import RomLoader
from tests_host.system import rig, setups
from tests_host.system.phone import free_base
from tests_host.system.rig import HubProcess

# esptool looks for a port that is gone seven times, a second apart.
IMPATIENT = "[esptool]\nconnect_attempts = 1\n"


def impatient(folder: Path) -> None:
    """In that folder esptool looks for it once."""
    (folder / "esptool.cfg").write_text(IMPATIENT)


def mended_by_a_second_run(
    twig: Run, loader: RomLoader, args: Sequence[object], block: int, content: bytes
) -> None:
    """The cable is pulled in that block of a first run, which says so; the second one writes all."""
    loader.cut_after = block
    rest = (*args, "--yes", "--no-backup")
    refused(twig(*rest, "--port", loader.port), "broke off", "begin again", "hold the button")
    assert bytes(loader.nor.data) != content
    loader.replug()
    assert twig(*rest, "--port", loader.port).code == 0
    assert bytes(loader.nor.data) == content


def from_its_page_to_the_hub(folder: Path, content: bytes, model: str = "s26") -> None:
    """It boots into setup mode; a phone leads it to a hub, which switches its relay."""
    data = folder / "plug"
    data.mkdir()
    (data / "flash.bin").write_bytes(content)
    options = {"model": model, "setup": True, "port_base": free_base(), "air": setups.AIR}
    with HubProcess(folder / "hub", rig.free_port()) as hub:
        port = hub.ports["discovery"]
        with rig.plug(data, port, **options) as plug:
            phone = setups.opened(plug)
            assert phone.page()
            settings = {"name": "From the box", "insecure": True, "discovery_port": port}
            wanted = setups.join(setups.HOME.ssid, setups.HOME.password, **settings)
            assert phone.post("/save", wanted) == (200, {"ok": True})
            device = hub.joined("From the box")
            assert device["model"] == model
            assert hub.set(device["guid"], True).status_code == 200
            assert plug.show()["pins"]["relay"]
            rig.untroubled(plug)
