"""What the hub knows of its releases: index.json, replaced in one step."""

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from twig import files
from twig.hub.errors import StartError

NAME = "index.json"
FORMAT = 1


@dataclass(frozen=True)
class Key:
    """A key by which releases are taken: SHA-256 of its modulus and the modulus itself, both in hex."""

    fingerprint: str
    modulus: str
    added_ms: int


@dataclass(frozen=True)
class Release:
    """One release. `manifest` and `image` are the SHA-256 of files; `signatures`: fingerprint -> hex."""

    manifest: str
    image: str
    version: str
    sequence: int
    boards: tuple[str, ...]
    min_micropython: str
    manifest_size: int
    size: int
    signatures: dict[str, str]
    published_ms: int

    def files(self) -> dict[str, int]:
        """SHA-256 -> bytes of its two files."""
        return {self.manifest: self.manifest_size, self.image: self.size}


@dataclass(frozen=True)
class Index:
    """All keys and releases."""

    keys: tuple[Key, ...] = ()
    releases: tuple[Release, ...] = ()

    @cached_property
    def files(self) -> dict[str, int]:
        """SHA-256 -> bytes of every file that a release has."""
        return {name: size for each in self.releases for name, size in each.files().items()}


def load(folder: Path) -> Index:
    """What is there; nothing where nothing was published yet. StartError for a file that is damaged."""
    path = folder / NAME
    try:
        return _parse(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return Index()
    except OSError as error:
        raise StartError(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, TypeError, KeyError):
        raise StartError(
            f"{path} is damaged. Move the folder {folder} away and start again; "
            "then publish the releases anew."
        ) from None


def _parse(raw: dict[str, Any]) -> Index:
    if raw["format"] != FORMAT:
        raise ValueError(raw["format"])
    keys = tuple(Key(**each) for each in raw["keys"])
    releases = tuple(Release(**{**each, "boards": tuple(each["boards"])}) for each in raw["releases"])
    return Index(keys, releases)


def save(folder: Path, index: Index) -> None:
    """Replace what is there. OSError."""
    content = {"format": FORMAT, **asdict(index)}
    files.replace(folder / NAME, json.dumps(content, indent=1).encode() + b"\n")
