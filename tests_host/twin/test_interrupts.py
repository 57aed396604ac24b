"""The button reaches the firmware whatever the VM is doing; pins leave a trace."""

import pytest

from tests_host.twin.chip import Chip
from twig.twin.state import EDGE_INPUT, EDGE_OUTPUT, EDGE_RELEASED, EXIT_REPL, EXIT_RESET, Edge

RELAY, BUTTON = 12, 0
# From the signal to the edge; generous for two busy cores, far below what a C call of 2 s would take.
LATENCY_NS = 200_000_000

HARD = f"""
import machine, time, network
relay = machine.Pin({RELAY}, machine.Pin.OUT, value=0)
button = machine.Pin({BUTTON}, machine.Pin.IN, machine.Pin.PULL_UP)
state = [0]
def press(pin):
    state[0] = 1 - state[0]
    relay(state[0])
button.irq(press, machine.Pin.IRQ_FALLING, hard=%s)
print('ready')
"""
BUSY = {
    "loop": "while True: pass",
    "sleep": "time.sleep(2)",
    "scan": "w = network.WLAN(0)\nw.active(True)\nw.scan()",
    "collections": "import gc\nwhile True: gc.collect()",
    "allocations": "while True: [i for i in range(50)]",
}


def relay_edges(chip: Chip) -> list[Edge]:
    return [edge for edge in chip.state.edges() if edge.pin == RELAY and edge.kind == EDGE_OUTPUT]


@pytest.mark.parametrize("busy", BUSY)
def test_hard_interrupt_reaches_a_busy_vm(chip: Chip, busy: str) -> None:
    chip.state.refuse_hard = 0  # a port that has them, as the stock one has not
    chip.install(HARD % True + BUSY[busy])
    chip.start()
    chip.printed("ready")
    for count in range(1, 6):
        pressed = chip.press()
        chip.until(lambda count=count: len(relay_edges(chip)) == count)  # type: ignore[misc]
        assert relay_edges(chip)[-1].ns - pressed < LATENCY_NS
    assert chip.state.irq_errors == 0
    assert chip.state.irq_runs == 5


@pytest.mark.parametrize("busy", ["loop", "sleep"])
def test_soft_interrupt_runs_between_bytecodes_and_in_sleep(chip: Chip, busy: str) -> None:
    chip.install(HARD % False + BUSY[busy])
    chip.start()
    chip.printed("ready")
    pressed = chip.press()
    chip.until(lambda: len(relay_edges(chip)) == 1)
    assert relay_edges(chip)[0].ns - pressed < LATENCY_NS


def test_soft_interrupt_waits_for_a_scan(chip: Chip) -> None:
    chip.install(HARD % False + BUSY["scan"])
    chip.start()
    chip.printed("ready")
    pressed = chip.press()
    assert chip.end() == EXIT_REPL
    assert relay_edges(chip)[0].ns - pressed > 1_500_000_000


def test_sleep_lasts_its_whole_time_under_interrupts(chip: Chip) -> None:
    chip.state.refuse_hard = 0
    chip.install(HARD % True + "t = time.ticks_ms()\ntime.sleep_ms(500)\nprint('slept', time.ticks_ms() - t)")
    chip.start()
    chip.printed("ready")
    for _ in range(3):
        chip.press()
    chip.end()
    assert 500 <= int(chip.output().split()[-1]) < 600


def test_a_hard_handler_that_allocates_or_raises_is_counted(chip: Chip) -> None:
    chip.state.refuse_hard = 0
    main = (
        HARD % True
        + "def bad(pin):\n    return [1, 2, 3]\nbutton.irq(bad, hard=True)\nprint('set')\nwhile True: pass"
    )
    chip.install(main)
    chip.start()
    chip.printed("set")
    chip.press()
    chip.until(lambda: chip.state.irq_errors == 1)
    chip.printed("MemoryError")
    assert chip.process and chip.process.poll() is None


def test_the_stock_port_refuses_hard(chip: Chip) -> None:
    assert "ValueError: hard IRQ not supported" in chip.run(HARD % True)


def test_disable_irq_holds_interrupts_back(chip: Chip) -> None:
    chip.state.refuse_hard = 0
    chip.install(
        HARD % True + "s = machine.disable_irq()\nprint('held')\nt = time.ticks_ms()\n"
        "while time.ticks_ms() - t < 300: pass\nprint('in', state)\n"
        "machine.enable_irq(s)\nprint('out', state)"
    )
    chip.start()
    chip.printed("held")
    chip.press()
    chip.end()
    assert "in [0]\nout [1]" in chip.output()


def test_several_pins_and_both_edges(chip: Chip) -> None:
    main = (
        "import machine, time\nseen = []\ndef note(pin): seen.append((str(pin), pin()))\n"
        "pins = [machine.Pin(n, machine.Pin.IN, machine.Pin.PULL_UP) for n in (4, 5, 14)]\n"
        "pins[0].irq(note)\npins[1].irq(note, machine.Pin.IRQ_RISING)\npins[2].irq(note)\npins[2].irq(None)\n"
        "print('ready')\ntime.sleep_ms(400)\nprint(seen)"
    )
    chip.install(main)
    chip.start()
    chip.printed("ready")
    for pin in (4, 5, 14):
        chip.press(pin)
    chip.end()
    assert "[('Pin(4)', 0), ('Pin(4)', 1), ('Pin(5)', 1)]" in chip.output()


def test_timers_run_in_the_scheduler(chip: Chip) -> None:
    main = (
        "import machine, time\nn = [0, 0]\n"
        "def tick(t): n[0] += 1\ndef once(t): n[1] += 1\n"
        "a = machine.Timer(-1)\na.init(period=10, callback=tick)\n"
        "b = machine.Timer(-1)\nb.init(period=5, mode=machine.Timer.ONE_SHOT, callback=once)\n"
        "t = time.ticks_ms()\nwhile time.ticks_ms() - t < 100: pass\ntime.sleep_ms(100)\na.deinit()\nprint(n)"
    )
    ticks, once = eval(chip.run(main))  # noqa: S307 - a list that our own script printed
    assert 15 <= ticks <= 21
    assert once == 1


def test_pins_leave_edges_and_a_reset_releases_them(chip: Chip) -> None:
    chip.install(
        "import machine\np = machine.Pin(12, machine.Pin.OUT)\np(1); p(1); p.off(); p.on()\nmachine.reset()"
    )
    chip.start()
    assert chip.end() == EXIT_RESET
    found = [(edge.level, edge.kind) for edge in chip.state.edges() if edge.pin == 12]
    assert found == [(1, EDGE_OUTPUT), (0, EDGE_OUTPUT), (1, EDGE_OUTPUT), (0, EDGE_RELEASED)]
    assert chip.state.pin(12).mode == 0


def test_inputs_are_edges_too(chip: Chip) -> None:
    chip.state.refuse_hard = 0
    chip.install(HARD % True + "while True: pass")
    chip.start()
    chip.printed("ready")
    chip.press()
    chip.until(lambda: [e.level for e in chip.state.edges() if e.kind == EDGE_INPUT] == [0, 1])


def test_pull_up_and_open_drain(chip: Chip) -> None:
    main = (
        "from machine import Pin\np = Pin(4, Pin.IN)\nprint(p())\np.init(Pin.IN, Pin.PULL_UP)\nprint(p())\n"
        "d = Pin(5, Pin.OPEN_DRAIN, Pin.PULL_UP, value=1)\n"
        "print(d())\nd(0)\nprint(d())\nd.toggle()\nprint(d())"
    )
    assert chip.run(main).split() == ["0", "1", "1", "0", "1"]


@pytest.mark.parametrize("number", [6, 7, 8, 11, 17, -1])
def test_pins_that_are_not_there(chip: Chip, number: int) -> None:
    assert "ValueError" in chip.run(f"import machine\nmachine.Pin({number})")
