"""Keeps the process of a virtual chip running: after each reset a new one on the same flash."""

import subprocess
import threading
from collections.abc import Callable

from twig.twin.console import Console
from twig.twin.launch import Launch
from twig.twin.state import EXIT_POWER_CUT, EXIT_REPL, EXIT_RESET, EXIT_WDT

CHUNK = 4096
# After SIGKILL a process is gone at once; longer means that the kernel hangs in it.
KILL_S = 10.0
# An end that is none of the chip's: a bug in the twin. Not at full speed, and not for ever.
PAUSE_S = 1.0
MOST_FAILURES = 5

RESTARTING = (EXIT_RESET, EXIT_WDT)
RESTING = (EXIT_POWER_CUT, EXIT_REPL)


class Supervisor:
    """Runs the chip in a thread, which calls `booting(cold)` before each process and `ended(code, cut)`
    after it. `cold` is True at power-on, False after a reset; `cut` when the power was taken away."""

    def __init__(
        self,
        launch: Launch,
        console: Console,
        booting: Callable[[bool], None],
        ended: Callable[[int, bool], None],
    ) -> None:
        self._launch = launch
        self._console = console
        self._booting = booting
        self._ended = ended
        self._powered = False
        self._stopping = False
        self._failures = 0
        self._launches = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._error: OSError | None = None
        self._change = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=f"chip {launch.folder}", daemon=True)

    def start(self) -> None:
        """Power on; returns when the first process runs. OSError when it cannot be started."""
        self._powered = True
        self._thread.start()
        self._wait(lambda: self._launches > 0 or self._error is not None)
        if self._error:
            self._thread.join()
            raise self._error

    def stop(self) -> None:
        """End the process and the thread."""
        with self._change:
            self._stopping = True
            self._kill()
        self._thread.join()

    def power_cut(self) -> None:
        """Take the power away; returns when the process is gone."""
        with self._change:
            self._powered = False
            self._kill()
        self._wait(lambda: self._process is None)

    def power_on(self) -> None:
        """Give power again, if it was away or the chip rests; returns when it runs."""
        ending = self._process
        if ending and ending.poll() is not None:
            self._wait(lambda: self._process is not ending)
        with self._change:
            launches = self._launches - (self._process is not None)
            self._powered = True
            self._failures = 0
            self._change.notify_all()
        self._wait(lambda: self._launches > launches or self._error is not None)

    def rests(self) -> bool:
        """Whether no process runs and none will without power_on."""
        return not self._powered and self._process is None

    def _wait(self, reached: Callable[[], bool]) -> None:
        with self._change:
            if not self._change.wait_for(lambda: reached() or self._stopping, KILL_S):
                raise TimeoutError("the virtual chip does not follow: its process hangs")

    def _kill(self) -> None:
        if self._process:
            self._process.kill()
        self._change.notify_all()

    def _run(self) -> None:
        cold = True
        while True:
            with self._change:
                self._change.wait_for(lambda: self._powered or self._stopping)
                if self._stopping:
                    return
            code = self._once(cold)
            if code is None:
                return
            cold = self._after(code)

    def _once(self, cold: bool) -> int | None:
        """One boot: the exit code, None when the process could not be started."""
        self._booting(cold)
        try:
            process = self._launch.process()
        except OSError as error:
            with self._change:
                self._error = error
                self._change.notify_all()
            return None
        with self._change:
            self._process = process
            self._launches += 1
            if self._stopping or not self._powered:
                process.kill()
            self._change.notify_all()
        self._read(process)
        return process.wait()

    def _read(self, process: "subprocess.Popen[bytes]") -> None:
        if process.stdout:
            with process.stdout as output:
                while chunk := output.read(CHUNK):
                    self._console.write(chunk)

    def _after(self, code: int) -> bool:
        """Account for an end; True when the next boot is one at power-on."""
        with self._change:
            cut = not self._powered or self._stopping
        self._ended(code, cut)
        with self._change:
            cut = cut or not self._powered
            if not cut and not self._stopping:
                self._decide(code)
            self._process = None
            self._change.notify_all()
            return cut or not self._powered

    def _decide(self, code: int) -> None:
        if code in RESTING:
            self._powered = False
        elif code not in RESTARTING:
            self._failures += 1
            self._powered = self._failures < MOST_FAILURES
            more = "boots again" if self._powered else "stays off"
            self._console.write(b"\ntwig: the chip's process ended with %d and %s\n" % (code, more.encode()))
            self._change.wait_for(lambda: self._stopping, PAUSE_S)
