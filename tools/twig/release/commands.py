"""`twig image`: builds what is flashed to a board."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from twig.release import flash, image, places
from twig.release.errors import ReleaseError
from twig.release.explain import Reader, parse
from twig.release.parts import Parts
from twig.release.slot import MOST_BLOCKS, blocks

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Build the image that is flashed to a board."
)


@app.callback()
def root() -> None:
    """Build the image that is flashed to a board."""


@app.command()
def build(
    board: Annotated[str, typer.Option(help="Board to build for: a file of firmware/board/.")] = "s26",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File to write; default build/<board>.littlefs.")
    ] = None,
) -> None:
    """Compile the firmware and write the littlefs image."""
    output = output or places.BUILD / f"{board}.littlefs"
    parts = image.build(board)
    content = parts.image()
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(content)
        names = output.with_name(output.name + ".names.json")
        names.write_text(json.dumps(parts.names.raw(), indent=1), "utf-8")
    except OSError as error:
        raise ReleaseError(f"cannot write {output}: {error.strerror}") from None
    console = Console(highlight=False)
    console.print(_table(parts))
    used, layout = flash.used_blocks(content), parts.layout
    console.print(
        f"{output}: {used} of {layout.blocks} blocks used, {layout.blocks - used} free; "
        f"it belongs at {layout.start:#x}",
        soft_wrap=True,
    )
    console.print(f"{names}: names of the sources for its tracebacks", soft_wrap=True)


@app.command()
def explain(
    names: Annotated[Path, typer.Argument(help="The .names.json that was written beside the image.")],
) -> None:
    """Read a plug's console from standard input and print it with the names of the sources."""
    try:
        reader = Reader(parse(json.loads(names.read_text("utf-8"))))
    except (OSError, ValueError) as error:
        raise ReleaseError(f"cannot read {names}: {error}; `twig image build` writes it") from None
    for line in sys.stdin:
        typer.echo(reader.read(line.rstrip("\n")))


def _table(parts: Parts) -> Table:
    table = Table("part", title=f"image for {parts.board}")
    table.add_column("bytes", justify="right")
    table.add_column("blocks", justify="right")
    for name, data in parts.files.items():
        table.add_row(name, f"{len(data):,}", _blocks(name, data))
        if name == image.SLOT_A:
            for inner, module in sorted(parts.slot.items(), key=lambda item: -len(item[1])):
                table.add_row(f"  {_shown(parts, inner)}", f"{len(module):,}", "", style="dim")
    return table


def _shown(parts: Parts, path: str) -> str:
    """A module's file under the name of the sources, its name on the chip behind it."""
    module = parts.names.modules.get(path.removesuffix(".mpy"))
    return f"{module}.mpy: {path}" if module else path


def _blocks(name: str, data: bytes) -> str:
    if name == image.SLOT_A:
        return f"{blocks(data)} of {MOST_BLOCKS}"
    return str(blocks(data)) if len(data) > flash.INLINE else "0"
