"""The VM has the chip's heap, settings and limits."""

import subprocess
import time
from pathlib import Path

import pytest

from tests_host.twin.chip import Chip
from twig.twin.runtime import Runtime, runtime
from twig.twin.state import EXIT_REPL

WARM_S = 0.05
CHIP_HEAP = 38016
CHIP_CIPHER = 512

ABSENT = [
    "'a'.partition('b')",
    "'a'.splitlines()",
    "'a'.center(3)",
    "pow(2, 3, 5)",
    "__import__('binascii').crc32(b'')",
    "__import__('random').randint(0, 1)",
    "__import__('random').choice([1])",
    "compile('1', '', 'eval')",
    "execfile('main.py')",
    "complex(1)",
    "__file__",
    "NotImplemented",
    "slice(1).indices(3)",
    "__import__('math').isclose(1, 1)",
    "__import__('vfs').VfsRom",
    "__import__('vfs').rom_ioctl",
    "__import__('vfs').VfsFat",
    "__import__('micropython').mem_peak()",
    "__import__('sys').settrace",
    "__import__('ffi')",
    "__import__('_thread')",
    "__import__('asyncio')",
    "__import__('ssl')",
    "__import__('cryptolib').aes(b'0' * 16, 6, b'0' * 16)",
]
PRESENT = [
    "__import__('random').getrandbits(8)",
    "__import__('os').urandom(4)",
    "__import__('vfs').VfsLfs2",
    "__import__('_asyncio').TaskQueue",
    "__import__('machine').RTC().memory()",
    "__import__('micropython').schedule",
    "__import__('micropython').alloc_emergency_exception_buf",
    "__import__('hashlib').sha1(b'').digest()",
    "__import__('socket').IP_ADD_MEMBERSHIP",
    "__import__('deflate')",
    "__import__('platform').platform()",
]


def run(chip: Runtime, folder: Path, source: str, *arguments: str, heap: int | None = None) -> str:
    """What a script prints on the twin's VM."""
    path = folder / "script.py"
    path.write_text(source)
    done = subprocess.run(
        chip.script(path, heap, *arguments), capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_warm_call_is_quick(twin_runtime: Runtime) -> None:
    started = time.perf_counter()
    assert runtime() == twin_runtime
    assert time.perf_counter() - started < WARM_S


def test_asyncio_sources_are_there(twin_runtime: Runtime) -> None:
    assert (twin_runtime.asyncio / "core.py").is_file()


def test_a_cipher_takes_what_it_takes_on_the_chip(twin_runtime: Runtime, tmp_path: Path) -> None:
    """axTLS keeps all round keys of AES-256; and it still is AES (FIPS 197, appendix C.1)."""
    script = (
        "import gc\nfrom cryptolib import aes\nkey = bytes(range(16))\nfree = cipher = 0\n"
        "gc.collect()\nfree = gc.mem_free()\n"
        "cipher = aes(key, 1)\nprint(free - gc.mem_free())\n"
        "print(cipher.encrypt(bytes([17 * n for n in range(16)])).hex())\n"
    )
    printed = run(twin_runtime, tmp_path, script).split()
    assert printed == [str(CHIP_CIPHER), "69c4e0d86a7b0430d8cdb78070b4c55a"]


def test_heap_is_the_chips(twin_runtime: Runtime, tmp_path: Path) -> None:
    printed = run(twin_runtime, tmp_path, "import gc\nprint(gc.mem_free() + gc.mem_alloc())\n")
    assert int(printed) == CHIP_HEAP


def test_script_gets_arguments_and_its_folder(twin_runtime: Runtime, tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("value = 7\n")
    source = "import sys, beside\nprint(sys.argv[1:], beside.value, sys.platform, sys.implementation[1])\n"
    assert run(twin_runtime, tmp_path, source, "a", "b") == "['a', 'b'] 7 esp8266 (1, 25, 0, '')\n"


def test_script_errors_and_exit_codes(twin_runtime: Runtime, tmp_path: Path) -> None:
    path = tmp_path / "script.py"
    for source, code in (("raise SystemExit(5)", 5), ("1/0", 1), ("def", 1), ("raise SystemExit", 0)):
        path.write_text(source)
        assert subprocess.run(twin_runtime.script(path), capture_output=True, check=False).returncode == code


def test_floats_are_single_and_need_no_heap(twin_runtime: Runtime, tmp_path: Path) -> None:
    source = "import gc\na = 0.0\nx = gc.mem_free()\na = 1 / 3 + a\ny = gc.mem_free()\nprint(a, x - y)\n"
    value, used = run(twin_runtime, tmp_path, source).split()
    assert abs(float(value) - 1 / 3) < 1e-6
    assert value != str(1 / 3)
    assert int(used) == 0


@pytest.mark.parametrize("expression", ABSENT)
def test_absent_on_the_chip(twin_runtime: Runtime, tmp_path: Path, expression: str) -> None:
    source = (
        f"try:\n    {expression}\nexcept Exception as error:\n"
        f"    print(type(error).__name__)\nelse:\n    print('there')\n"
    )
    assert run(twin_runtime, tmp_path, source) != "there\n"


def test_present_on_the_chip(twin_runtime: Runtime, tmp_path: Path) -> None:
    run(twin_runtime, tmp_path, "\n".join(PRESENT))


def test_aes_agrees_with_the_standard(twin_runtime: Runtime, tmp_path: Path) -> None:
    # FIPS 197, appendix C.1
    source = (
        "import cryptolib\nkey = bytes(range(16))\nplain = bytes(17 * i for i in range(16))\n"
        "print(cryptolib.aes(key, 1).encrypt(plain).hex())\n"
        "iv = b'1' * 16\nsecret = cryptolib.aes(key, 2, iv).encrypt(plain)\n"
        "print(cryptolib.aes(key, 2, iv).decrypt(secret) == plain)\n"
    )
    assert run(twin_runtime, tmp_path, source).split() == ["69c4e0d86a7b0430d8cdb78070b4c55a", "True"]


def test_boot_runs_upstreams_boot_then_both_files(chip: Chip) -> None:
    main = "import gc, os, sys\nprint('main', sys.path, sorted(os.listdir('/')), os.statvfs('/')[2])\n"
    printed = chip.run(main, boot="print('boot')")
    assert printed == "boot\nmain ['', '.frozen', '/lib', '/'] ['boot.py', 'main.py'] 98\n"
    assert chip.process and chip.process.returncode == EXIT_REPL


def test_main_is_skipped_after_an_error_in_boot(chip: Chip) -> None:
    printed = chip.run("print('main')", boot="1/0")
    assert "ZeroDivisionError" in printed
    assert "main" not in printed.replace("boot.py", "")


def test_erased_flash_is_formatted_by_inisetup(chip: Chip) -> None:
    chip.state.erase_ms = 0
    assert "Performing initial setup" in chip.run()
    assert chip.state.access_point == ("MicroPython-abcdef", "micropythoN", False)
    assert "Performing initial setup" not in chip.run()


def test_corrupt_file_system_is_a_brick(chip: Chip) -> None:
    flash = bytearray(b"\xff" * (1024 * 1024))
    flash[0x99000:0x99010] = b"broken file system"[:16]
    (chip.folder / "flash.bin").write_bytes(flash)
    chip.start()
    chip.printed("looks corrupt")


def test_heap_figures_reach_the_host(chip: Chip) -> None:
    chip.run(
        "import gc\ndef f():\n    a = bytearray(20000)\n    gc.collect()\nf()\nb = [1] * 9\ngc.collect()\n"
    )
    heap = chip.state.heap
    assert heap.total == CHIP_HEAP
    assert heap.start > heap.booted > 35000
    assert heap.minimum < heap.free - 19000
    assert heap.largest <= heap.free


def test_stack_is_limited(chip: Chip) -> None:
    printed = chip.run(
        "def f(n):\n    return f(n + 1)\ntry:\n    f(0)\nexcept RuntimeError as e:\n    print(e)\n"
    )
    assert "recursion" in printed
