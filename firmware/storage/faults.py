"""What is wrong with a setting."""


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


def below(path, key):
    """The dotted path of a key."""
    return path + "." + key if path else key
