"""What can be wrong with a setting, and the checks that several settings share."""

WORDS = {
    str: "must be a text",
    int: "must be a whole number",
    bool: "must be true or false",
    list: "must be a list",
    dict: "must be an object",
}
HEX = "0123456789abcdefABCDEF"
KEY_MIN = 8  # bytes of a WPA passphrase
KEY_MAX = 63


class SettingsError(ValueError):
    """`field`: dotted path such as "wifi.0.password"; `code`: what is wrong with it, a word for programs."""

    def __init__(self, field, code, text):
        super().__init__((field or "The configuration") + " " + text + ".")
        self.field = field
        self.code = code


def wish(good, field, code, text):
    """SettingsError unless good."""
    if not good:
        raise SettingsError(field, code, text)


def types(path, values, kinds, needed=False):
    """The values have these types; all of them are there where they are `needed`."""
    wish(isinstance(values, dict), path, "type", "must be an object")
    for key, kind in kinds.items():
        if key in values:
            right = type(values[key]) is kind  # a bool is an int for isinstance
            wish(right, below(path, key), "type", WORDS[kind])
        else:
            wish(not needed, below(path, key), "missing", "must be given")


def below(path, key):
    """The dotted path of a key."""
    return path + "." + key if path else key


def length(field, text, low, high):
    """So many bytes of UTF-8."""
    wish(not _has_half(text), field, "format", "must not hold half a character")  # a JSON escape can be one
    good = low <= len(text.encode()) <= high
    wish(good, field, "length", "must have %d to %d bytes (a letter with an accent has 2)" % (low, high))


def _has_half(text):
    try:
        raw = text.encode()
    except UnicodeError:  # CPython sees it by itself
        return True
    return any([raw[at] == 0xED and raw[at + 1] > 0x9F for at in range(len(raw) - 1)])


def passphrase(field, key):
    """One of WPA, or none."""
    if key:
        length(field, key, KEY_MIN, KEY_MAX)
        no_zero(field, key)


def no_zero(field, text):
    """Nothing that would end the SDK's copy of it."""
    wish("\0" not in text, field, "format", "must not hold the character U+0000")


# No text is taken apart here: MicroPython keeps every character that it has ever made a text of.


def is_hex(text):
    """Whether it has hexadecimal digits only."""
    return not text.strip(HEX)


def is_decimal(text):
    """The same for decimal digits; isdigit() takes those of other scripts too."""
    return not text.strip(HEX[:10])
