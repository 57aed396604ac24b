"""Where the passphrase of a private key comes from: a file, the environment, or a person."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from twig.release.errors import BadKey

VARIABLE = "TWIG_RELEASE_PASSPHRASE"
LARGEST = 4_096

PassphraseOption = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        help=f"Its first line is the passphrase; without it {VARIABLE} counts, then you are asked.",
    ),
]


def get(file: Path | None, path: Path, twice: bool = False) -> str:
    """The passphrase of the key in `path`; BadKey where nobody can be asked."""
    if file:
        return _first_line(file)
    if VARIABLE in os.environ:
        return os.environ[VARIABLE]
    if not sys.stdin.isatty():
        raise BadKey(f"Nobody can be asked for a passphrase: give --passphrase-file FILE or set {VARIABLE}.")
    return str(typer.prompt(f"Passphrase of {path}", hide_input=True, confirmation_prompt=twice, err=True))


def _first_line(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            lines = opened.read(LARGEST).decode("utf-8").splitlines()
    except OSError as error:
        raise BadKey(f"Cannot read {file}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadKey(f"{file} is no text in UTF-8.") from None
    if not lines:
        raise BadKey(f"{file} is empty; its first line is the passphrase.")
    return lines[0]
