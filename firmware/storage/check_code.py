"""Checks a join code. Loaded for that and forgotten."""

from firmware.protocol import joincode
from firmware.protocol.errors import ProtocolError
from firmware.storage.faults import SettingsError


def check(text):
    """Its canonical form; SettingsError that tells a typing error from what is no code at all."""
    try:
        return joincode.normalise(text)
    except ProtocolError as error:
        raise SettingsError("join_code", _fault(text), "cannot be used: " + str(error)) from None


def _fault(text):
    code = text.upper()
    for typed, meant in joincode.READ_AS:
        code = code.replace(typed, meant)
    if code.strip(joincode.ALPHABET):
        return "format"
    return "check" if len(code) == joincode.LENGTH else "length"
