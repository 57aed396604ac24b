"""The master key, under which all others are kept: from the environment, or in a file that is made once."""

import base64
import binascii
import os
from collections.abc import Mapping
from pathlib import Path

from twig.hub.errors import StartError

NAME = "master.key"
VALUE, FILE = "TWIG_MASTER_KEY", "TWIG_MASTER_KEY_FILE"
BYTES = 32
HOW = "It is base64 of 32 bytes; 'openssl rand -base64 32' makes one."
MISSING = (
    "The database in {data} holds keys, but {name} is not there. Put back the file from its backup, or set "
    "TWIG_MASTER_KEY or TWIG_MASTER_KEY_FILE. If it is lost, 'twig forget-keys' lets the hub start again."
)


def load(data: Path, needed: bool, environment: Mapping[str, str] = os.environ) -> bytes:
    """The 32 bytes; where `needed` (keys are there that it must open) none is made. StartError."""
    if VALUE in environment:
        return decoded(environment[VALUE], f"The variable {VALUE}")
    path = Path(environment.get(FILE) or data / NAME)
    if not path.exists():
        if needed:
            raise StartError(MISSING.format(data=data, name=path))
        if FILE in environment:
            raise StartError(f"The file {path} that {FILE} names is not there. {HOW}")
        make(path)
    try:
        return decoded(path.read_text("ascii"), f"The file {path}")
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"The master key in {path} cannot be read: {error}.") from None


def decoded(text: str, source: str) -> bytes:
    """The bytes of a written master key; StartError names the source and never shows the text."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != BYTES:
        raise StartError(f"{source} is no master key. {HOW}")
    return key


def make(path: Path) -> None:
    """A new master key, readable for its owner only from its first byte on. StartError."""
    try:
        write(path, base64.b64encode(os.urandom(BYTES)) + b"\n")
    except OSError as error:
        raise StartError(f"The master key {path} cannot be written: {error.strerror}.") from error


def write(path: Path, content: bytes) -> None:
    """Write a file that nobody else can ever read, in one step, and on the disk when this returns."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
