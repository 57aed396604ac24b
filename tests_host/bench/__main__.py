"""`python -m tests_host.bench [--only NAME...] [--readme]`: measures what the design sets limits to.

`--readme` measures nothing: it writes the last run into README.md and docs/memory.md. A missed limit is no
failure of this command; it stands in the table."""

import argparse
import json
import shutil
import tempfile
import time
from pathlib import Path

from rich.console import Console

from tests_host.bench import (
    button,
    crowded,
    gap,
    handshake,
    handshakes,
    heap,
    images,
    join,
    joins,
    passes,
    portal,
    readme,
    report,
    roundtrip,
    roundtrip_tls,
    smallest,
    space,
    stall,
)
from twig.release.places import BUILD, ROOT

ALL = (
    heap,
    portal,
    smallest,
    button,
    stall,
    roundtrip,
    roundtrip_tls,
    handshake,
    join,
    space,
    gap,
    crowded,
    handshakes,
    joins,
    passes,
)
MODULES = {module.__name__.rpartition(".")[2]: module for module in ALL}
WIDTH = 110  # a log has no width of its own
JSON = BUILD / "bench.json"


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="tests_host.bench", description="Measures the design's limits.")
    parser.add_argument(
        "--only", nargs="+", choices=sorted(MODULES), help="measure these; the others stay in the report"
    )
    parser.add_argument("--readme", action="store_true", help="write the last run into the documents")
    options = parser.parse_args(arguments)
    if options.readme:
        last = json.loads(JSON.read_text("utf-8"))
        readme.rewrite(ROOT / "README.md", readme.table(last))
        readme.rewrite(ROOT / "docs" / "memory.md", readme.memory(last))
        return 0
    return measure(options.only)


def measure(only: list[str] | None) -> int:
    """All measurements, or some of them."""
    console = Console(highlight=False)
    console.width = max(console.width, WIDTH)
    BUILD.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=BUILD))
    begin = time.monotonic()
    try:
        if not only:
            with console.status("Building images"):
                images.prepare()
        results = report.run([MODULES[name] for name in only or MODULES], folder, console)
    finally:
        shutil.rmtree(folder)
    console.print(report.table(results))
    content = report.report(results)
    if only and JSON.exists():
        content = report.merged(json.loads(JSON.read_text("utf-8")), content)
    report.write(JSON, content)
    console.print(f"{time.monotonic() - begin:.0f} s; all figures are in {JSON.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
