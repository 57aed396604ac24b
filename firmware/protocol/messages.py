"""All messages by name, for the hub and the tests; a device packs the layouts that it needs itself.

`typed` is (descriptor, value); GUIDs, hashes, nonces and keys are bytes; other names as in the specification.
"""

from firmware.protocol import codec, commands, layouts

# Command: (layout, names of its fields).
MESSAGES = {
    commands.REQUEST_GUID: (layouts.REQUEST_GUID, ("nonce",)),
    commands.SEND_GUID: (layouts.SEND_GUID, ("guid", "nonce")),
    commands.GET_PARENT: (b"", ()),
    commands.SET_PARENT: (b"", ()),
    commands.REGISTER_DEVICE: (
        layouts.REGISTER_DEVICE,
        ("highest_version", "features", "parent", "model", "firmware", "name", "io_signature", "old_ids"),
    ),
    commands.ACCEPT_DEVICE: (
        layouts.ACCEPT_DEVICE,
        ("time_ms", "keep_alive_s", "version", "features", "hub"),
    ),
    commands.REJECT_DEVICE: (layouts.REJECT_DEVICE, ("reason", "text")),
    commands.REQUEST_IOS: (b"", ()),
    commands.REGISTER_IO: (
        layouts.REGISTER_IO,
        ("id", "flags", "descriptor", "name", "kind", "unit", "limits"),
    ),
    commands.IOS_COMPLETE: (layouts.IOS_COMPLETE, ("count",)),
    commands.TIME: (layouts.TIME, ("time_ms", "offset_min")),
    commands.SET_VALUE: (layouts.SET_VALUE, ("request", "io", "typed")),
    commands.VALUE_REPORT: (layouts.VALUE_REPORT, ("request", "io", "typed")),
    commands.GET_VALUE: (layouts.GET_VALUE, ("request", "io")),
    commands.ACKNOWLEDGE: (layouts.ACKNOWLEDGE, ("request", "code", "text")),
    commands.PING: (layouts.PING, ("payload",)),
    commands.PONG: (layouts.PING, ("payload",)),
    commands.ERROR: (layouts.ERROR, ("code", "offending", "text")),
    commands.IDENTIFY: (layouts.IDENTIFY, ("request", "seconds")),
    commands.RESTART: (layouts.REQUEST, ("request",)),
    commands.FACTORY_RESET: (layouts.FACTORY_RESET, ("request", "word")),
    commands.GET_CONFIG: (layouts.REQUEST, ("request",)),
    commands.CONFIG_REPORT: (layouts.CONFIG, ("request", "json")),
    commands.SET_CONFIG: (layouts.CONFIG, ("request", "json")),
    commands.LOG_REPORT: (layouts.LOG_REPORT, ("level", "time_ms", "text")),
    commands.STATUS_REPORT: (layouts.STATUS_REPORT, ("json",)),
    commands.OFFER_UPDATE: (
        layouts.OFFER_UPDATE,
        ("request", "version", "sequence", "manifest_size", "manifest_sha256", "signature"),
    ),
    commands.GET_BLOCK: (layouts.GET_BLOCK, ("sha256", "offset", "count")),
    commands.BLOCK: (layouts.BLOCK, ("offset", "data")),
    commands.UPDATE_REPORT: (layouts.UPDATE_REPORT, ("version", "state", "percent", "reason")),
    commands.SET_KEY: (layouts.SET_KEY, ("request", "hub", "identity", "key")),
    commands.READINGS: (layouts.READINGS, ("request", "boot", "first_sequence", "readings")),
    commands.OFFER_KEY: (layouts.OFFER_KEY, ("request", "link", "signature")),
    commands.CHILD_GONE: (layouts.CHILD_GONE, ("child",)),
}


def encode(command, **fields):
    """The data of a command from all of its named fields; struct.error for a number that does not fit."""
    return encode_as(MESSAGES[command], fields)


def decode(command, data):
    """A dict of the named fields; ProtocolError when they are malformed, KeyError for an unknown command."""
    return decode_as(MESSAGES[command], data)


def encode_as(message, fields):
    """The data of a (layout, names) from a dict that has just these names."""
    layout, names = message
    if len(fields) != len(names):
        raise TypeError("the fields are: " + ", ".join(names))
    return codec.pack(layout, *[fields[name] for name in names])


def decode_as(message, data):
    """A dict of the fields of a (layout, names)."""
    layout, names = message
    return dict(zip(names, codec.unpack(layout, data)))
