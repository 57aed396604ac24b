"""Slot images: what is in them, and that a reader of the format finds it."""

import pytest
from mpremote.romfs import make_romfs

from twig.release import flash, inline, slot, sources
from twig.release.errors import ReleaseError, SourceError

from . import romfs

FILES = {
    "firmware/modes/run.mpy": b"run" * 100,
    "firmware/a.mpy": b"",
    "asyncio/core.mpy": bytes(range(256)),
    "top.mpy": b"x",
}


def test_reads_back():
    assert romfs.read(slot.pack(FILES)) == FILES


def test_same_bytes_in_any_order():
    assert slot.pack(FILES) == slot.pack(dict(reversed(FILES.items())))


def test_same_as_mpremote_makes_of_a_folder(tmp_path, capsys):
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    assert slot.pack(FILES) == make_romfs(str(tmp_path), mpy_cross=False)


@pytest.mark.parametrize("size", [129, 4096, 4097, 8188, 8189, 12280, 12288, 60_000, 28 * 4096])
def test_blocks_are_those_of_littlefs(size):
    used = flash.used_blocks(flash.make({"slot_a": b"x" * size})) - flash.used_blocks(flash.make({}))
    assert slot.blocks(b"x" * size) == used


def test_limit():
    assert slot.blocks(slot.pack({"a": b"x" * (28 * 4096 - 300)})) == 28
    with pytest.raises(ReleaseError, match="takes 29 blocks, and a slot holds 28"):
        slot.pack({"a": b"x" * 28 * 4096})


def test_import_of_what_is_left_out(write):
    found = inline.prepare(
        sources.firmware("s26", write(a="from firmware.protocol.messages import decode\n"))
    )
    with pytest.raises(SourceError, match=r"a\.py:1: imports firmware\.protocol\.messages, which is not in"):
        slot.check_imports(found)


def test_outside_imports_inside(write):
    found = inline.prepare(
        sources.firmware("s26", write(record="from firmware.a import f\nf()\n", a="f = int(1)\n"))
    )
    with pytest.raises(SourceError, match=r"record\.py:1: a module outside the slots"):
        slot.check_imports(found)


def test_calls_by_texts_are_of_what_is_defined_there(write):
    call = "from firmware import lazy\nlazy.call('firmware.b', 'job')\n"
    made = sources.firmware(
        "s26", write(a=call, b="from firmware.c import job\n", c="def job():\n    pass\n")
    )
    with pytest.raises(
        SourceError, match=r"a\.py:2: calls firmware\.b\.job, which that module does not define"
    ):
        slot.check_calls(made)
    slot.check_calls(sources.firmware("s26", write(a=call, b="def job():\n    pass\n")))


def test_inside_imports_outside_by_bare_name(prepare):
    found = prepare(
        record="SIZE = 24\n\ndef load():\n    pass\n",
        a="from firmware.record import load, SIZE\nfrom firmware import record, a\nload(SIZE)\n"
        "record.load(a)\n",
        b="import firmware.record as r\nimport record\nr.load(record.SIZE)\n",
    )
    assert (
        found["a"]
        == "from record import load\nfrom firmware import a\nimport record\nload(24)\nrecord.load(a)"
    )
    assert found["b"] == "import record as r\nr.load(24)"
