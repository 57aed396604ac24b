"""Lets the same user on the same computer in without a password; `twig.here` is the other end."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from twig import here
from twig.hub.log import Log
from twig.hub.settings import HubSettings

log = Log("local")


@contextmanager
def let_in(settings: HubSettings, token: str, port: int) -> Iterator[None]:
    """Within the context the local token stands in the data directory, and the user's state says where."""
    secret = settings.data / here.LOCAL_FILE
    write_private(secret, token + "\n")
    pointer = _point(settings.data, port)
    try:
        yield
    finally:
        secret.unlink(missing_ok=True)
        if pointer:
            with suppress(OSError):
                pointer.unlink(missing_ok=True)


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step by one that only its owner can read."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def _point(data: Path, port: int) -> Path | None:
    try:
        path = here.pointer(port)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, json.dumps({"data": str(data.resolve())}) + "\n")
    except (OSError, RuntimeError) as error:  # a service may have no home
        log.warning("twig on this computer needs TWIG_DATA or a token", reason=str(error))
        return None
    return path
