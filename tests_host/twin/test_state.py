"""The host's view of a chip that does not run."""

import subprocess
from pathlib import Path

import pytest

from twig.twin import state_layout
from twig.twin.runtime import VARIANT, Runtime
from twig.twin.state import EDGE_RELEASED, INPUT_HIGH, INPUT_LOW, Network, State, StateError


def test_layout_is_that_of_the_header() -> None:
    """Names and order; the offsets follow, since the C side asserts their alignment."""
    header = (VARIANT / "twin_state.h").read_text()
    body = header[header.rindex("typedef struct {") : header.index("} twin_state_t;")]
    lines = [line.split("//")[0].strip().rstrip(";") for line in body.splitlines()[1:]]
    names = [line.split()[-1].partition("[")[0] for line in lines if line]
    assert names == [field[0] for field in state_layout.Memory._fields_]
    assert state_layout.Memory.ring.offset % 8 == 0


def test_a_new_chip_is_off_and_erased(tmp_path: Path) -> None:
    state = State.create(tmp_path / "chip", chip_id=7)
    assert (state.pid, state.chip_id, state.erase_ms, state.boots) == (0, 7, 50, 0)
    assert (tmp_path / "chip/flash.bin").read_bytes() == b"\xff" * state_layout.FLASH_SIZE
    state.close()
    again = State(tmp_path / "chip")
    assert again.chip_id == 7
    again.close()


def test_a_flash_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "flash.bin").write_bytes(b"mine")
    State.create(tmp_path).close()
    assert (tmp_path / "flash.bin").read_bytes() == b"mine"


@pytest.mark.parametrize("content", [b"", bytes(state_layout.STATE_SIZE), b"TWST" + bytes(10)])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "state.bin").write_bytes(content)
    with pytest.raises(StateError, match=r"state\.bin"):
        State(tmp_path)


def test_the_chip_refuses_another_version(twin_runtime: Runtime, tmp_path: Path) -> None:
    state = State.create(tmp_path)
    state.memory.version += 1
    state.close()
    environment = {"TWIG_TWIN_DIR": str(tmp_path)}
    done = subprocess.run(
        twin_runtime.command(), env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "version" in done.stderr) == (1, True)


def test_the_air_has_limits(tmp_path: Path) -> None:
    state = State.create(tmp_path)
    with pytest.raises(StateError, match="16"):
        state.set_air([Network(str(number)) for number in range(17)])
    state.close()


def test_power_off_releases_pins_and_forgets_the_rtc(tmp_path: Path) -> None:
    state = State.create(tmp_path)
    pin = state.memory.pins[12]
    pin.mode = pin.out = pin.level = 1
    state.memory.rtc[:4] = b"kept"
    state.reset_cause = 4
    state.power_off()
    assert [(edge.pin, edge.level, edge.kind) for edge in state.edges()] == [(12, 0, EDGE_RELEASED)]
    assert state.rtc == bytes(512)
    assert state.reset_cause == 0
    state.close()


def test_inputs_count_their_edges_once(tmp_path: Path) -> None:
    state = State.create(tmp_path)
    for level in (INPUT_LOW, INPUT_LOW, INPUT_HIGH, INPUT_HIGH):
        state.set_input(4, level)
    assert (state.memory.pins[4].rising, state.memory.pins[4].falling) == (1, 0)
    state.set_input(0, INPUT_LOW)  # was pulled up
    assert state.memory.pins[0].falling == 1
    state.close()
