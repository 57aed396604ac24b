"""What the data of each command consists of, for `codec`. Constants only: the image build inlines them.

Parts between spaces: a struct format (it begins with "<") or one letter: s string, n uint16 count and bytes,
* the rest, T type descriptor, V type descriptor and value that are the rest, L limits, O old ids, R readings.
"""

REQUEST_GUID = "<8s"  # nonce
SEND_GUID = "<16s8s"  # guid, nonce
REGISTER_DEVICE = "<BI16s s s s <4s O"  # version, features, parent, model, firmware, name, signature, old ids
ACCEPT_DEVICE = "<qHBI16s"  # time, keep-alive, version, features, hub
REJECT_DEVICE = "<H s"  # reason, text
REGISTER_IO = "<BB T s s s L"  # id, flags, descriptor, name, kind, unit, limits
IOS_COMPLETE = "<H"  # count
TIME = "<qh"  # time, offset
SET_VALUE = "<HB V"  # request, io, (descriptor, value)
VALUE_REPORT = "<HB V"
GET_VALUE = "<HB"  # request, io
ACKNOWLEDGE = "<HH s"  # request, code, text
PING = "*"  # up to 64 bytes
ERROR = "<HI s"  # code, offending command, text
IDENTIFY = "<HB"  # request, seconds
REQUEST = "<H"  # Restart, GetConfig: the request id alone
FACTORY_RESET = "<H4s"  # request, b"wipe"
CONFIG = "<H s"  # ConfigReport, SetConfig: request, JSON
LOG_REPORT = "<Bq s"  # level, time, text
STATUS_REPORT = "s"  # JSON
OFFER_UPDATE = "<H s <II32s n"  # request, version, sequence, manifest size, its SHA-256, signature
GET_BLOCK = "<32sIH"  # SHA-256, offset, count
BLOCK = "<I *"  # offset, bytes
UPDATE_REPORT = "s <BB s"  # version, state, percent, reason
SET_KEY = "<H16s s <32s"  # request, hub, identity, key
READINGS = "<HII R"  # request, boot id, first sequence, readings of (io, time, descriptor, value)
OFFER_KEY = "<H s n"  # request, link, signature
CHILD_GONE = "<16s"  # guid
