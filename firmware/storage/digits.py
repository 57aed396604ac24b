"""What texts hold. None is taken apart here: MicroPython keeps every character that it has made a text of."""

HEX = "0123456789abcdefABCDEF"


def is_hex(text):
    """Whether it has hexadecimal digits only."""
    return not text.strip(HEX)


def is_decimal(text):
    """The same for decimal digits; isdigit() takes those of other scripts too."""
    return not text.strip(HEX[:10])
