"""What can be wrong with bytes from the other side."""


class ProtocolError(Exception):
    """The root of protocol errors: an error code of PROTOCOL section 3 and a text for people."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code
