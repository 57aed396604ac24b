"""What a plug's hardware is like: read from the board's module without running it."""

from functools import cache

from twig.errors import TwigError
from twig.hardware import check
from twig.hardware.description import Board as Model
from twig.release import sources

__all__ = ["Model", "ModelUnknown", "model"]


class ModelUnknown(TwigError):
    """There is no board of that name."""


@cache
def model(name: str) -> Model:
    """The model of that name; ModelUnknown lists those that exist."""
    if name not in sources.boards():
        raise ModelUnknown(f"no model {name!r}; there are: {', '.join(sources.boards())}")
    return check.board(name)
