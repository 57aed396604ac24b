"""Records of TLS 1.3 (RFC 8446, section 5) on a non-blocking socket; `network.psk` opens them.

A failure is a TlsError, the other side is told by an alert, and the connection is of no more use.
"""

from errno import EAGAIN

from firmware import lazy
from firmware.network import ccm

CHANGE_CIPHER, ALERT, HANDSHAKE, DATA = 20, 21, 22, 23
HEAD = 5
# The hub writes at most 1,024 bytes in a record; with them go their kind and the tag.
MOST = 1024 + 1 + ccm.TAG
SENT_MOST = 512  # bytes of ours in one record: there is no room for a long one twice
RECEIVE = 256
RECORDS_MOST = 1 << 23  # under one key; that many are safe with CCM (RFC 8446, section 5.5)
CLOSE_NOTIFY = 0
UNEXPECTED, BAD_MAC, OVERFLOW, DECODE = 10, 20, 22, 50  # alerts
FATAL = 2


class TlsError(OSError):
    """What ended a TLS connection, in words."""


class Keys:
    """One direction's protection: its traffic secret, key, IV, and how many records it has seen."""

    def __init__(self, secret, key, iv):
        self.secret = secret
        self.key = key
        self.iv = int.from_bytes(iv, "big")
        self.count = 0

    def nonce(self):
        """That of the next record."""
        if self.count == RECORDS_MOST:
            raise TlsError("too many records under one key")
        self.count += 1
        return (self.iv ^ (self.count - 1)).to_bytes(12, "big")


class Records:
    """A socket's `send`, `recv` and `close`, in the clear; `sock` is what to wait for.

    `reads` and `writes` are Keys, None before there are any; `flight`: bytes of handshake messages so far.
    """

    def __init__(self, sock):
        self.sock = sock
        self.reads = self.writes = None
        self.flight = b""
        self._raw = memoryview(bytearray(HEAD + MOST))
        self._came = 0  # bytes of the record that comes in
        self._at = self._end = 0  # data that are not taken yet
        self._unsent = b""

    def pending(self):
        """Whether data have come that `recv` did not return for want of room."""
        return self._at < self._end

    def recv(self, most):
        """Up to so many bytes; b"" when the other side has closed; None: nothing yet."""
        if not self.pending():
            kind = self.record()
            if kind == HANDSHAKE:
                lazy.call("firmware.network.rekey", "take", self, self.content())
            elif kind == ALERT:
                return self.alert()
            elif kind is not None and kind != DATA:
                self.fail(UNEXPECTED, "a record that has no place here")
            if not self.pending():
                return None
        start = self._at
        self._at = min(start + most, self._end)
        return bytes(self._raw[start : self._at])

    def send(self, data):
        """How many bytes of data were taken; OSError EAGAIN when none were."""
        self._flush()
        if self._unsent:
            raise OSError(EAGAIN)
        taken = data[:SENT_MOST]
        self.write(DATA, taken)
        return len(taken)

    def close(self):
        """Tell the other side, if it still listens, and close."""
        try:
            self.write(ALERT, bytes((1, CLOSE_NOTIFY)))
        except OSError as error:
            print("tls: closed without a word:", error)
        self.sock.close()

    def write(self, kind, content):
        """Send a record, now or with what follows."""
        if self.writes:
            self._unsent += self._sealed(kind, content)
        else:
            self._unsent += bytes((kind, 3, 3, 0, len(content))) + content
        self._flush()

    def _sealed(self, kind, content):
        keys, size = self.writes, len(content) + 1 + ccm.TAG
        record = bytearray(HEAD + size)
        record[:HEAD] = head = bytes((DATA, 3, 3, size >> 8, size & 255))
        view = memoryview(record)[HEAD : -ccm.TAG]
        view[:-1] = content
        view[-1] = kind
        nonce = keys.nonce()
        record[-ccm.TAG :] = ccm.tag(keys.key, nonce, head, view)
        ccm.crypt(keys.key, nonce, view)
        return record

    def _flush(self):
        try:
            while self._unsent:
                self._unsent = self._unsent[self.sock.send(self._unsent) :]
        except OSError as error:
            if error.errno != EAGAIN:
                raise

    def record(self):
        """The kind of the next record; `content` has it. None when it is not whole yet."""
        if not self._whole():
            return None
        self._came = 0
        self._at, self._end = HEAD, HEAD + (self._raw[3] << 8 | self._raw[4])
        kind = self._raw[0]
        if kind == CHANGE_CIPHER:  # a handshake may hold one, that feigns TLS 1.2 and says nothing
            if self.writes or self.content() != b"\1":
                self.fail(UNEXPECTED, "a record that has no place here")
            return None
        if not self.reads:
            return kind
        if kind != DATA or self._end < HEAD + 1 + ccm.TAG:
            self.fail(UNEXPECTED, "a record in the clear")
        return self._opened()

    def _opened(self):
        keys, end = self.reads, self._end - ccm.TAG
        view, nonce = self._raw[HEAD:end], keys.nonce()
        ccm.crypt(keys.key, nonce, view)
        if ccm.tag(keys.key, nonce, bytes(self._raw[:HEAD]), view) != self._raw[end : self._end]:
            self._at = self._end
            self.fail(BAD_MAC, "a record was changed on the way, or the keys differ")
        while end > HEAD and not self._raw[end - 1]:  # padding
            end -= 1
        self._end = end - 1
        return self._raw[end - 1]

    def _whole(self):
        """Read on; True when a record is there."""
        try:
            while True:
                wanted = HEAD
                if self._came >= HEAD:
                    wanted += self._length()
                    if self._came == wanted:
                        return True
                chunk = self.sock.recv(min(wanted - self._came, RECEIVE))
                if not chunk:
                    raise TlsError("cut off without a close_notify")
                self._raw[self._came : self._came + len(chunk)] = chunk
                self._came += len(chunk)
        except OSError as error:
            if error.errno != EAGAIN:
                raise
        return False

    def _length(self):
        raw = self._raw
        length = raw[3] << 8 | raw[4]
        if not CHANGE_CIPHER <= raw[0] <= DATA or raw[1] != 3:
            self.fail(DECODE, "no TLS")
        if length > MOST:
            self.fail(OVERFLOW, "a record above %d bytes" % MOST)
        return length

    def content(self):
        """What the record holds, as bytes; it is taken then."""
        start, self._at = self._at, self._end
        return bytes(self._raw[start : self._end])

    def alert(self):
        """b"" for the other side's close; TlsError for what else an alert says."""
        level_and_code = self.content()
        if len(level_and_code) == 2 and level_and_code[1] == CLOSE_NOTIFY:
            return b""
        raise TlsError(lazy.call("firmware.network.alerts", "text", level_and_code))

    def fail(self, code, text):
        """Send an alert and raise TlsError."""
        try:
            self.write(ALERT, bytes((FATAL, code)))
        finally:
            raise TlsError(text)
