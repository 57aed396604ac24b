"""What can go wrong in the demo."""

from twig.errors import TwigError


class DemoError(TwigError):
    """The demo cannot go on; the text says why, in one line."""
