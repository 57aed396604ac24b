"""What the data of each command consists of. Constants only: the image build inlines them.

They are bytes, since MicroPython keeps every short text of a program. Parts between spaces: a struct format
(it begins with "<") or one letter: s string, n uint16 count and bytes, * the rest, T type descriptor, V type
descriptor and value that are the rest, L limits, O old ids, R readings.
"""

REQUEST_GUID = b"<8s"  # nonce
SEND_GUID = b"<16s8s"  # guid, nonce
REGISTER_DEVICE = (
    b"<BI16s s s s <4s O"  # version, features, parent, model, firmware, name, signature, old ids
)
ACCEPT_DEVICE = b"<qHBI16s"  # time, keep-alive, version, features, hub
REJECT_DEVICE = b"<H s"  # reason, text
REGISTER_IO = b"<BB T s s s L"  # id, flags, descriptor, name, kind, unit, limits
IOS_COMPLETE = b"<H"  # count
TIME = b"<qh"  # time, offset
SET_VALUE = b"<HB V"  # request, io, (descriptor, value)
VALUE_REPORT = b"<HB V"
GET_VALUE = b"<HB"  # request, io
ACKNOWLEDGE = b"<HH s"  # request, code, text
PING = b"*"  # up to 64 bytes
ERROR = b"<HI s"  # code, offending command, text
IDENTIFY = b"<HB"  # request, seconds
REQUEST = b"<H"  # Restart, GetConfig: the request id alone
FACTORY_RESET = b"<H4s"  # request, b"wipe"
CONFIG = b"<H s"  # ConfigReport, SetConfig: request, JSON
LOG_REPORT = b"<Bq s"  # level, time, text
STATUS_REPORT = b"s"  # JSON
OFFER_UPDATE = b"<H s <II32s n"  # request, version, sequence, manifest size, its SHA-256, signature
GET_BLOCK = b"<32sIH"  # SHA-256, offset, count
BLOCK = b"<I *"  # offset, bytes
UPDATE_REPORT = b"s <BB s"  # version, state, percent, reason
SET_KEY = b"<H16s s <32s"  # request, hub, identity, key
READINGS = b"<HII R"  # request, boot id, first sequence, readings of (io, time, descriptor, value)
OFFER_KEY = b"<H s n"  # request, link, signature
CHILD_GONE = b"<16s"  # guid
