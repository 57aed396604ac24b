"""Downloads Debian packages with an apt directory of our own: nothing of the machine's is changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from twig.twin.errors import TwinUnavailable

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
COMPONENT = "main"
# A mirror that carries one of these carries the others; security and updates lie beside them.
RELEASES = ("bookworm", "trixie", "forky", "sid", "stable", "testing", "unstable", "oldstable")
# An index of all of Debian's packages over a slow line.
UPDATE_SECONDS = 600
DOWNLOAD_SECONDS = 600
# What the machine says about reaching its mirror (proxies, retries) holds for us too; its hooks do not.
KEPT = ("Acquire::",)


class Apt:
    """One private apt directory for one suite."""

    def __init__(self, folder: Path, suite: str, architectures: tuple[str, ...], sources: bool) -> None:
        self._folder = folder
        self._suite = suite
        self._architectures = architectures
        self._kind = "deb-src" if sources else "deb"
        self._ready = False

    def source(self, name: str, version: str, target: Path) -> None:
        """Download a source package's files into the folder."""
        self._run(target, DOWNLOAD_SECONDS, "source", "--download-only", f"{name}={version}")

    def packages(self, names: tuple[str, ...], target: Path) -> None:
        """Download binary packages ("name:architecture") into the folder."""
        self._run(target, DOWNLOAD_SECONDS, "download", *names)

    def _run(self, target: Path, seconds: float, *arguments: str) -> None:
        self._prepare()
        target.mkdir(parents=True, exist_ok=True)
        self._call(target, seconds, *arguments)

    def _prepare(self) -> None:
        if not self._ready:
            self._configure(mirror())
            self._call(self._folder, UPDATE_SECONDS, "update")
            self._ready = True

    def _configure(self, uri: str) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        for name in ("state/lists/partial", "cache/archives/partial", "etc"):
            (self._folder / name).mkdir(parents=True)
        (self._folder / "status").touch()
        signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
        line = f"{self._kind} {signed}{uri} {self._suite} {COMPONENT}\n"
        (self._folder / "etc/sources.list").write_text(line)
        configuration = self._folder / "apt.conf"
        configuration.touch(mode=0o600)  # a proxy's address may hold a password
        configuration.write_text("\n".join([*self._options(), *machine_options()]) + "\n")

    def _options(self) -> list[str]:
        folder = self._folder.absolute()
        pairs = {
            "Dir::State": f"{folder}/state",
            "Dir::State::status": f"{folder}/status",
            "Dir::Cache": f"{folder}/cache",
            "Dir::Etc::sourcelist": f"{folder}/etc/sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::parts": "/dev/null",
            "Dir::Etc::main": "/dev/null",
            "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "APT::Sandbox::User": "root",  # _apt may not write into a checkout
        }
        options = [f'{key} "{value}";' for key, value in pairs.items()]
        return options + [f'APT::Architectures:: "{each}";' for each in self._architectures]

    def _call(self, folder: Path, seconds: float, *arguments: str) -> None:
        environment = {**os.environ, "APT_CONFIG": str((self._folder / "apt.conf").absolute()), "LC_ALL": "C"}
        command = ["apt-get", "-q", *arguments]
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env=environment,
                timeout=seconds,
                capture_output=True,
                text=True,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise TwinUnavailable(f"apt cannot download: {error}") from None
        if done.returncode:
            raise TwinUnavailable(f"apt-get {arguments[0]} failed: {_reason(done.stderr)}")


def _reason(text: str) -> str:
    lines = [line for line in text.splitlines() if line.startswith("E:")]
    return lines[-1][3:] if lines else "it gave no reason"


def _output(*command: str) -> list[str]:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return done.stdout.splitlines()


def mirror() -> str:
    """The Debian mirror that this machine's own apt is set up with; TwinUnavailable if it has none.

    From what an update would fetch: unlike apt's lists this needs neither an earlier update nor root."""
    for line in _output("apt-get", "--print-uris", "update"):
        base, _, place = line.strip("'").partition("/dists/")
        if place.partition("/")[0] in RELEASES:
            return base
    raise TwinUnavailable("apt on this machine knows no Debian mirror")


def machine_options() -> list[str]:
    """How the machine's apt reaches its mirror."""
    return [
        line
        for line in _output("apt-config", "dump")
        if line.startswith(KEPT) and "::IndexTargets" not in line
    ]
