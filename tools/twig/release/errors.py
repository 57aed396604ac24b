"""What can go wrong while an image is made."""

from pathlib import Path

from twig.errors import TwigError


class ReleaseError(TwigError):
    """An image cannot be built or read; the text says what to do."""


class SourceError(ReleaseError):
    """A firmware source breaks a rule of the image build; names file and line."""

    def __init__(self, path: Path, line: int, text: str) -> None:
        super().__init__(f"{path}:{line}: {text}")


class BadKey(ReleaseError):
    """A file is no key that may sign updates."""
