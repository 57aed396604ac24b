"""Makes build/venv from a hashed lock, with nothing but a Python of the system.

usage: environment.py venv run|test|dev        packages of requirements/NAME.txt, and the command `twig`
       environment.py stubs esp8266|esp32      MicroPython's type stubs of one board, in build/typings/BOARD

Knows Debian's three states: venv whole; venv without ensurepip, but with pip; neither.
Quick when nothing has changed.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
VENV = BUILD / "venv"
VENV_PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
APT_TIMEOUT = 300  # seconds; a package list and one package of 2 MB over a slow line

SCRIPT = """#!{python}
import sys

from twig.cli import main

sys.exit(main())
"""


class SetupError(Exception):
    """Setting up cannot go on; the text says what to do."""


def main(arguments: list[str]) -> int:
    """Do what the command line asks; 1 and one line on standard error when it cannot be done."""
    try:
        if sys.version_info < OLDEST:
            raise SetupError("Python 3.11 or later is needed; name one with `make PYTHON=...`.")
        match arguments:
            case ["venv", ("run" | "test" | "dev") as name]:
                with alone():
                    make_venv(name)
            case ["stubs", ("esp8266" | "esp32") as board]:
                with alone():
                    make_stubs(board)
            case _:
                raise SetupError(__doc__ or "")
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


@contextmanager
def alone() -> Iterator[None]:
    """Two makes at once (demo and test, say) shall not both fill build/venv."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_venv(name: str) -> None:
    """Bring build/venv up to requirements/NAME.txt unless its stamp says that it is."""
    lock = ROOT / "requirements" / f"{name}.txt"
    stamp, key = VENV / f".{name}", stamp_key(lock)
    if stamp.exists() and stamp.read_text() == key and works(VENV_PYTHON):
        return
    if not (works(VENV_PYTHON) and belongs_here()):
        create()
    install(lock)
    connect()
    stamp.write_text(key)
    print(f"setup: {VENV.relative_to(ROOT)} is ready; its command is {(VENV / 'bin/twig').relative_to(ROOT)}")


def make_stubs(board: str) -> None:
    """Fill build/typings/BOARD from requirements/stubs-BOARD.txt unless its stamp says that it is whole."""
    lock = ROOT / "requirements" / f"stubs-{board}.txt"
    target = BUILD / "typings" / board
    stamp, key = target / ".stamp", stamp_key(lock)
    if stamp.exists() and stamp.read_text() == key:
        return
    shutil.rmtree(target, ignore_errors=True)
    install(lock, "--target", str(target))
    stamp.write_text(key)


def stamp_key(lock: Path) -> str:
    """What an installation depends on: the lock, this script, the interpreter and the place."""
    digest = hashlib.sha256(lock.read_bytes() + Path(__file__).read_bytes()).hexdigest()
    return f"{digest} {sys.version_info[:2]} {ROOT}\n"


def works(python: Path) -> bool:
    """Whether that interpreter starts and is of this Python's version."""
    if not python.exists():
        return False
    code = "import sys; print(sys.version_info[:2])"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True)
    return done.stdout.strip() == str(sys.version_info[:2])


def belongs_here() -> bool:
    """A venv that was moved with its checkout has the old place in its scripts."""
    pth = VENV / "twig.place"
    return not pth.exists() or pth.read_text() == str(ROOT)


def create() -> None:
    """A new venv; without pip where Debian has taken ensurepip away."""
    print(f"setup: creating {VENV.relative_to(ROOT)}", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    options = [] if find_spec("ensurepip") else ["--without-pip"]
    try:
        subprocess.run([sys.executable, "-m", "venv", *options, VENV], check=True, capture_output=True)
    except subprocess.CalledProcessError:
        # Debian's own ensurepip fails when python3-venv is missing; the rest of venv works.
        shutil.rmtree(VENV, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", VENV], check=True)


def install(lock: Path, *options: str) -> None:
    """Install exactly what the lock names, each file checked against its hash."""
    print(f"setup: installing {lock.relative_to(ROOT)}", flush=True)
    command = [*pip(), "install", "-qq", "--require-hashes", *options, "--requirement", str(lock)]
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    if subprocess.run(command, env=os.environ | quiet).returncode:
        raise SetupError(f"pip could not install {lock.relative_to(ROOT)} (its reason stands above).")


def pip() -> list[str]:
    """The command that installs into the venv: its own pip, this Python's, or Debian's unpacked."""
    if subprocess.run([VENV_PYTHON, "-c", "import pip"], capture_output=True).returncode == 0:
        return [str(VENV_PYTHON), "-m", "pip"]
    if find_spec("pip"):
        return [sys.executable, "-m", "pip", "--python", str(VENV_PYTHON)]
    return [str(VENV_PYTHON), str(debian_pip() / "pip")]


def debian_pip() -> Path:
    """pip's wheel out of Debian's package python3-pip-whl, unpacked under build/ without root."""
    folder = BUILD / "pip"
    if not (wheels := sorted(folder.glob("usr/share/python-wheels/pip-*.whl"))):
        fetch_debian("python3-pip-whl", folder)
        wheels = sorted(folder.glob("usr/share/python-wheels/pip-*.whl"))
    if not wheels:
        raise SetupError("this Python has neither venv nor pip; install them: apt install python3-venv")
    return wheels[-1]


def fetch_debian(package: str, folder: Path) -> None:
    """Unpack a Debian package into a folder; apt's lists lie there too, so that no root is needed."""
    if not shutil.which("apt-get"):
        return
    print(f"setup: unpacking Debian's {package} into {folder.relative_to(ROOT)}", flush=True)
    lists, cache = folder / "apt/lists", folder / "apt/cache"
    for place in (lists / "partial", cache / "archives/partial"):
        place.mkdir(parents=True, exist_ok=True)
    settings = [f"Dir::State::Lists={lists}", f"Dir::Cache={cache}", "APT::Sandbox::User=root"]
    apt = ["apt-get", "-qq", *(f"-o{each}" for each in settings)]
    try:
        subprocess.run([*apt, "update"], cwd=folder, check=True, timeout=APT_TIMEOUT)
        subprocess.run([*apt, "download", package], cwd=folder, check=True, timeout=APT_TIMEOUT)
        for deb in folder.glob(f"{package}_*.deb"):
            subprocess.run(["dpkg-deb", "-x", deb, folder], check=True)
    except (subprocess.SubprocessError, OSError) as error:
        print(f"setup: {error}", file=sys.stderr)


def connect() -> None:
    """Make this checkout importable in the venv, with the command `twig`, and without a build backend."""
    site = next((VENV / "lib").glob("python*/site-packages"))
    (site / "twig-relay.pth").write_text(f"{ROOT}\n{ROOT / 'tools'}\n")
    script = VENV / "bin" / "twig"
    script.write_text(SCRIPT.format(python=VENV_PYTHON))
    script.chmod(0o755)
    (VENV / "twig.place").write_text(str(ROOT))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
