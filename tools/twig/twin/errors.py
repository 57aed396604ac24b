"""What can keep the twin from being built."""

from twig.errors import TwigError


class TwinUnavailable(TwigError):
    """The twin cannot be built on this computer; the text says what is missing and how to get it."""
