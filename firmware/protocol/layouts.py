"""What the data of each command consists of, for `codec`. Constants only: the image build inlines them.

Letters: struct's B H h I i q f d, and of `codec`: s string, G GUID, K 32 bytes, 8 and 4 so many bytes, * the rest,
J one string of JSON text. A value (type descriptor and value) is the rest: `types` reads it.
"""

REQUEST_GUID = "8"  # nonce
SEND_GUID = "G8"  # guid, nonce
REGISTER_DEVICE = "BIGsss4O"  # version, features, parent, model, firmware, name, signature, old ids
ACCEPT_DEVICE = "qHBIG"  # time, keep-alive, version, features, hub
REJECT_DEVICE = "Hs"  # reason, text
REGISTER_IO = "BBTsssL"  # id, flags, descriptor, name, kind, unit, limits
IOS_COMPLETE = "H"  # count
TIME = "qh"  # time, offset
SET_VALUE = "HBV"  # request, io, (descriptor, value)
VALUE_REPORT = "HBV"
GET_VALUE = "HB"  # request, io
ACKNOWLEDGE = "HHs"  # request, code, text
PING = "*"  # up to 64 bytes
ERROR = "HIs"  # code, offending command, text
IDENTIFY = "HB"  # request, seconds
REQUEST = "H"  # Restart, GetConfig: the request id alone
FACTORY_RESET = "H4"  # request, b"wipe"
CONFIG = "Hs"  # ConfigReport, SetConfig: request, JSON
LOG_REPORT = "Bqs"  # level, time, text
STATUS_REPORT = "s"  # JSON
OFFER_UPDATE = "HsIIKn"  # request, version, sequence, manifest size, its SHA-256, signature
GET_BLOCK = "KIH"  # SHA-256, offset, count
BLOCK = "I*"  # offset, bytes
UPDATE_REPORT = "sBBs"  # version, state, percent, reason
SET_KEY = "HGsK"  # request, hub, identity, key
READINGS = "HIIR"  # request, boot id, first sequence, readings of (io, time, descriptor, value)
OFFER_KEY = "Hsn"  # request, link, signature
CHILD_GONE = "G"  # guid
