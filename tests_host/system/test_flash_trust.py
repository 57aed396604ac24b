"""`twig flash --trust`: the keys are in the flash, told to the person, and known to the plug that boots."""

import asyncio
import json
from pathlib import Path

import pytest

from firmware.protocol import commands
from tests_host import keys
from tests_host.board.command import Run, refused, within
from tests_host.board.images import application
from tests_host.board.nor import Nor
from tests_host.board.rom_loader import RomLoader
from tests_host.system import rig
from tests_host.system.evil import Line, evil
from twig.release import flash, image, trust

pytestmark = pytest.mark.timeout(120)
DRY_RUN = ("flash", "--model", "s26", "--dry-run", "-o")
UNTRUSTED = "this plug will refuse every update"
JOIN_S = 60.0


@pytest.fixture
def twig(tmp_path: Path) -> Run:
    """Runs `twig ARGS` in a folder with the public keys `0.pub` and `1.pub`."""
    for number in range(2):
        (tmp_path / f"{number}.pub").write_bytes(keys.public(number))
    return within(tmp_path)


def kept(content: Path) -> dict[str, bytes]:
    """The files in the flash beside those of every plug."""
    common = image.build("s26").files
    return {name: data for name, data in flash.read_files(content).items() if name not in common}


@pytest.mark.parametrize("order", [(0,), (1, 0)])
def test_the_keys_are_in_the_flash_and_told(twig, tmp_path, order):
    done = twig(*DRY_RUN, "all.bin", *(word for number in order for word in ("--trust", f"{number}.pub")))
    assert (done.code, done.err) == (0, ""), done
    files = kept(tmp_path / "all.bin")
    assert list(files) == ["trust"]
    assert trust.parse(files["trust"]) == trust.Trust(tuple(keys.MODULI[number] for number in order))
    for number in order:
        assert trust.fingerprint(keys.MODULI[number]) in done.out
    assert UNTRUSTED not in done.out
    assert "Keep the private key" in done.out.splitlines()[-1]


def test_without_a_key_it_is_said_first_and_last(twig, tmp_path):
    done = twig(*DRY_RUN, "all.bin")
    assert done.code == 0, done
    assert kept(tmp_path / "all.bin") == {}
    lines = [line for line in done.out.splitlines() if UNTRUSTED in line]
    assert len(lines) == 2
    assert done.out.splitlines()[-1] == lines[-1]
    assert "--trust KEY.pub" in lines[-1]


def test_a_plug_is_flashed_with_a_key(twig, tmp_path):
    (tmp_path / "micropython.bin").write_bytes(application())
    options = ("--image", "micropython.bin", "--yes", "--no-backup", "--trust", "1.pub")
    with RomLoader(Nor()) as loader:
        done = twig("flash", "--model", "s26", "--port", loader.port, *options)
        (tmp_path / "flash.bin").write_bytes(loader.nor.data)
    assert (done.code, done.err) == (0, ""), done
    assert trust.parse(kept(tmp_path / "flash.bin")["trust"]).moduli == (keys.MODULI[1],)
    assert trust.fingerprint(keys.MODULI[1]) in done.out


def test_a_key_that_cannot_be_used_stops_before_anything_else(twig, tmp_path):
    (tmp_path / "old.pub").write_text("ssh-rsa AAAA me@here")
    refused(twig(*DRY_RUN, "all.bin", "--trust", "old.pub"), "old.pub", "docs/flashing.md")
    refused(twig(*DRY_RUN, "all.bin", *["--trust", "0.pub"] * 3), "at most two keys")
    assert not (tmp_path / "all.bin").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "text"),
    [((), "trusts no key"), (("--trust", "0.pub", "--trust", "1.pub"), "needs a keyed connection")],
)
async def test_it_boots_and_answers_an_offer(twig, tmp_path, free_port, options, text):
    port, data, heard = free_port(), tmp_path / "plug", []
    data.mkdir()
    settings = {"wifi": [{"ssid": "home", "password": "secret12"}], "insecure": True, "discovery_port": port}
    (tmp_path / "preset.json").write_text(json.dumps(settings))
    done = await asyncio.to_thread(twig, *DRY_RUN, data / "flash.bin", "--config", "preset.json", *options)
    assert done.code == 0, done

    async def offer(line: Line) -> None:
        await line.join()
        line.say(
            commands.OFFER_UPDATE, request=7, version="9.9.9", sequence=9, manifest_size=9,
            manifest_sha256=bytes(32), signature=bytes(384),
        )  # fmt: skip
        heard.append((await line.expect(commands.ACKNOWLEDGE)).fields)
        await line.alive()

    async with evil(port, [("offer", offer)]) as hub:
        with rig.all_stopped([rig.plug(data, port)]) as (plug,):
            await asyncio.to_thread(plug.start)
            await rig.until_async(lambda: hub.done or hub.failures, "the answer", JOIN_S)
            rig.untroubled(plug)
    assert not hub.failures
    assert (heard[0]["request"], heard[0]["code"]) == (7, commands.REFUSED)
    assert heard[0]["text"].startswith(text)
