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


class BadRelease(ReleaseError):
    """A release, or a part of it that the text names, is not what it should be."""


class BadImage(BadRelease):
    """An image is no ROMFS, or was changed."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The image cannot be used: {why}. Build the release again.")


class BadManifest(BadRelease):
    """A manifest is not as the protocol wants it."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The manifest cannot be used: {why}. Build the release again.")


class BadSignature(BadRelease):
    """A signature does not belong to a manifest, or is by nobody who is trusted."""
