"""Messages whose layout is one struct, without the codec, which would take as much room as who needs them."""

import struct

from firmware.protocol.errors import room


def unpack(layout, data):
    """Its numbers and GUIDs; ProtocolError when the data is too short."""
    room(data, 0, struct.calcsize(layout))
    return struct.unpack_from(layout, data)
