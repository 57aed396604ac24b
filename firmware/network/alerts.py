"""What ended a TLS connection, for people: our own reasons by number, the other side's alerts by name."""

# Our reasons: places in REASONS, one text since each by itself would stay in the heap where it is named.
NO_PLACE = 0
IN_CLEAR = 1
CHANGED = 2
CUT_OFF = 3
NO_TLS = 4
TOO_LONG = 5
TOO_MANY = 6
OTHER_KEY = 7
OLD_TLS = 8
OTHER_CIPHER = 9
NOT_ALONE = 10
BAD_HELLO = 11
CLOSED = 12
OTHER_MESSAGE = 13
BEHIND = 14
LONG_MESSAGE = 15
BAD_UPDATE = 16
REASONS = (
    "a record or message that has no place here|a record in the clear|"
    "a record was changed on the way, or the keys differ|cut off without a close_notify|no TLS|"
    "a record above 1041 bytes|too many records under one key|the hub does not have this key|"
    "the hub speaks no TLS 1.3|the hub chose another cipher|the hub does not take a shared key alone|"
    "a bad ServerHello|the hub closed the connection in the handshake|another message than the next one|"
    "bytes behind the last message of a flight|a message that is too long|a bad KeyUpdate"
)
# RFC 8446, section 6.
NAMES = (
    "10 unexpected_message 20 bad_record_mac 22 record_overflow 40 handshake_failure 47 illegal_parameter "
    "50 decode_error 51 decrypt_error 70 protocol_version 71 insufficient_security 80 internal_error "
    "90 user_canceled 109 missing_extension 110 unsupported_extension 115 unknown_psk_identity "
    "116 certificate_required"
)


# What people should think of at some of them: a hub that knows the device by another key, or not at all.
BY_OTHER_KEY = (47, 51)
UNKNOWN = (40, 109, 115)


def text(what):
    """Of one of our reasons, or of an alert's two bytes."""
    if isinstance(what, int):
        return REASONS.split("|")[what]
    if len(what) != 2:
        return "the other side sent an alert that is none"
    names = NAMES.split()
    code = str(what[1])
    name = names[names.index(code) + 1] if code in names else "alert " + code
    return "the other side ended it: " + name + _hint(what[1])


def _hint(code):
    if code in BY_OTHER_KEY:
        return " (it has another key for this device)"
    return " (it does not know this device's key)" if code in UNKNOWN else ""
