"""Takes test files that import only firmware and json to the twin, with firmware compiled as for a slot."""

import ast
import subprocess
from collections.abc import Iterable
from pathlib import Path

from twig.release import inline, sources
from twig.release.compile import compile_source
from twig.release.places import ROOT
from twig.release.sources import Source
from twig.twin.runtime import Runtime

RUNNER = Path(__file__).with_name("suite_runner.py")
# Room for the parsed vectors; what the codec needs in a plug's heap is measured elsewhere.
HEAP = 256 * 1024
# The suite takes a few seconds; past this the VM hangs.
TIMEOUT_S = 120.0


def tests_of(path: Path) -> list[str]:
    """Names of the test functions of a file."""
    body = ast.parse(path.read_text("utf-8")).body
    return [each.name for each in body if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")]


def install(folder: Path, modules: Iterable[Path], suite: list[Path], mpy_cross: Path) -> None:
    """Write modules as .mpy, and the suite as sources, since -O3 would take its asserts out.

    Both go through the image build's constants together: a slot keeps no constant under its name.
    """
    program = _sources(modules) | {path.stem: sources.parse(path.stem, path) for path in suite}
    inline.prepare(program)
    for source in program.values():
        place = folder.joinpath(*source.name.split("."))
        place.parent.mkdir(parents=True, exist_ok=True)
        if source.path in suite:
            place.with_suffix(".py").write_text(ast.unparse(source.tree), "utf-8")
        else:
            place.with_suffix(".mpy").write_bytes(compile_source(source, mpy_cross))


def _sources(modules: Iterable[Path]) -> dict[str, Source]:
    found = {}
    for path in sorted(modules):
        if path.stem != "__init__":
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found[name] = sources.parse(name, path)
    return found


def run(chip: Runtime, folder: Path, names: list[str]) -> dict[str, str]:
    """Test -> "" or what went wrong, as the VM printed it; AssertionError when it did not reach the end."""
    command = chip.script(RUNNER, HEAP, str(folder), *names)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    lines = done.stdout.splitlines()
    assert lines[-1:] == ["DONE"], f"the twin's VM stopped ({done.returncode}):\n{done.stdout}{done.stderr}"
    return dict(_result(line, done.stderr) for line in lines[:-1] if line[:5] in ("PASS ", "FAIL "))


def _result(line: str, tracebacks: str) -> tuple[str, str]:
    name, _, text = line[5:].partition(": ")
    return name, "" if line.startswith("PASS") else f"{text}\n{tracebacks}"
