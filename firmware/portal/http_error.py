"""What a request is answered with that cannot be taken."""

from firmware.protocol.errors import ProtocolError


class HttpError(ProtocolError):
    """A request that is answered with an error: `code` is the HTTP status."""
