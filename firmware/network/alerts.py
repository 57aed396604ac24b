"""Names of TLS alerts (RFC 8446, section 6), for people."""

NAMES = (
    "10 unexpected_message 20 bad_record_mac 22 record_overflow 40 handshake_failure 47 illegal_parameter "
    "50 decode_error 51 decrypt_error 70 protocol_version 71 insufficient_security 80 internal_error "
    "90 user_canceled 109 missing_extension 110 unsupported_extension 115 unknown_psk_identity "
    "116 certificate_required"
)


# What people should think of at some of them: a hub that knows the device by another key, or not at all.
OTHER_KEY = (47, 51)
UNKNOWN = (40, 109, 115)


def text(alert):
    """What an alert's two bytes say."""
    if len(alert) != 2:
        return "the other side sent an alert that is none"
    names = NAMES.split()
    code = str(alert[1])
    name = names[names.index(code) + 1] if code in names else "alert " + code
    return "the other side ended it: " + name + _hint(alert[1])


def _hint(code):
    if code in OTHER_KEY:
        return " (it has another key for this device)"
    return " (it does not know this device's key)" if code in UNKNOWN else ""
