"""What can go wrong between a computer and a board at its serial port."""

from twig.errors import TwigError


class BoardError(TwigError):
    """The board cannot be read or written; the text says what to do."""


class PortError(BoardError):
    """There is no serial port, more than one, or the one that was given cannot be opened."""


class NoAnswer(BoardError):
    """Nothing that speaks as a loader is at the other end."""


class WrongChip(BoardError):
    """The chip or its flash is not what the image is made for."""


class LineLost(BoardError):
    """The connection has ended while the flash was read or written."""


class BadImage(BoardError):
    """A file is not what its option is for."""


class BadPreset(BoardError):
    """A configuration that the firmware would not take."""
