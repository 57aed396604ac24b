"""Records of TLS 1.3 (RFC 8446, section 5) on a non-blocking socket; `links.secure` begins them.

A failure is a TlsError, the other side is told by an alert, and the connection is of no more use.
"""

from errno import EAGAIN

from firmware import lazy
from firmware.network import ccm
from firmware.network.alerts import CHANGED, CUT_OFF, IN_CLEAR, NO_PLACE, NO_TLS, TOO_LONG, TOO_MANY

# Kinds of records. One a line: the image build knows constants by that.
CHANGE_CIPHER = 20
ALERT = 21
HANDSHAKE = 22
DATA = 23
HEAD = 5
CIPHERS = 2  # at a time
# The hub writes at most 1,024 bytes in a record; with them go their kind and the tag.
MOST = 1024 + 1 + ccm.TAG
SENT_MOST = 64  # bytes of ours in one record: more than that in one piece may not be left of the heap
RECEIVE = 256
RECORDS_MOST = 1 << 23  # under one key; that many are safe with CCM (RFC 8446, section 5.5)
NOTHING = memoryview(b"")
CLOSE_NOTIFY = 0
# Alerts.
UNEXPECTED = 10
BAD_MAC = 20
OVERFLOW = 22
DECODE = 50
FATAL = 2
# Fields of `keys`.
SECRET = 0
CIPHER = 1
IV = 2
COUNT = 3


class TlsError(OSError):
    """What ended a TLS connection: a number of `network.alerts`, or the other side's alert of two bytes.

    Its words are loaded when it is printed: where it is raised the C stack has no room for that.
    """

    def __str__(self):
        return lazy.call("firmware.network.alerts", "text", self.args[0])


class Records:
    """A connected socket's `send`, `recv` and `close`, in the clear; `sock` is what to wait for.

    `reads` and `writes` are `keys`, None before there are any; `flight`: bytes of handshake messages so far.
    `places`: what holds the room of two ciphers between two connections, pieces of the heap that are not to
    be found again when much has come and gone.
    """

    def __init__(self, sock, places):
        self.sock = sock
        self.places = places
        self.reads = self.writes = None
        self.flight = self._unsent = b""
        self._head = bytearray(HEAD)
        self._rest = NOTHING  # of the record that comes in, behind its head
        self._came = 0  # bytes of it
        self._sent = 0  # bytes of what is `_unsent` as a whole
        while len(places) < CIPHERS:  # a failed handshake has lost one
            places.append(bytearray(ccm.CIPHER))

    def drop(self):
        """The connection is over: the room of its ciphers is for the next one's."""
        for keys in (self.reads, self.writes):
            if keys:
                self.places.append(keys)  # with their cipher
        self.reads = self.writes = None

    def cipher(self, key):
        """That of 16 bytes; on a chip it takes 512 bytes in one piece, so that none is made for a record."""
        return ccm.cipher(key)

    def keys(self, cipher, iv, secret=None):
        """One direction's protection: its traffic secret, cipher, IV, and how many records it has seen."""
        return [secret, cipher, int.from_bytes(iv, "big"), 0]

    def _nonce(self, keys):
        """That of the next record; it counts when it is done: a full heap may keep one from being made."""
        if keys[COUNT] == RECORDS_MOST:
            self.end(TOO_MANY)
        return (keys[IV] ^ keys[COUNT]).to_bytes(12, "big")

    def recv(self, _):
        """What the next record holds; b"" when the other side has closed; None: nothing yet."""
        kind = self.record()
        if kind == DATA:
            return self.content() or None
        if kind == HANDSHAKE:
            lazy.call("firmware.network.rekey", "take", self, self.content())
        elif kind == ALERT:
            return self.alert()
        elif kind is not None:
            self.fail(UNEXPECTED, NO_PLACE)
        return None

    def send(self, data):
        """How many bytes of data were taken; OSError EAGAIN for none. Without data: send what is left."""
        self._flush()
        view, at = memoryview(data), 0
        while at < len(data) and not self._unsent:
            try:
                self.write(DATA, view[at : at + SENT_MOST])
            except MemoryError:  # the records before it are sent: the caller must not send them once more
                if not at:
                    raise
                break
            at = min(at + SENT_MOST, len(data))
        if data and not at:
            raise OSError(EAGAIN, "full")  # CPython knows it by two arguments
        return at

    def close(self):
        """Tell the other side, if it still listens, and close."""
        try:
            if self.writes:  # else a change of keys has failed, and in the clear it says nothing
                self.write(ALERT, bytes((1, CLOSE_NOTIFY)))
        except (OSError, MemoryError) as error:
            print("tls: closed without a word:", error)
        self.drop()
        self.sock.close()

    def write(self, kind, content):
        """Send a record, now or with what follows."""
        clear = not self.writes
        self.put(bytes((kind, 3, 3, 0, len(content))) + content if clear else self._sealed(kind, content))

    def put(self, record):
        """Send one that is made."""
        self._unsent, self._sent = self._unsent[self._sent :] + record if self._unsent else record, 0
        self._flush()

    def _sealed(self, kind, content):
        keys, size = self.writes, len(content) + 1 + ccm.TAG
        record = bytearray(HEAD + size)
        record[:HEAD] = head = bytes((DATA, 3, 3, size >> 8, size & 255))
        view = memoryview(record)[HEAD : -ccm.TAG]
        view[:-1] = content
        view[-1] = kind
        nonce = self._nonce(keys)
        record[-ccm.TAG :] = ccm.tag(keys[CIPHER], nonce, head, view)
        ccm.crypt(keys[CIPHER], nonce, view)
        keys[COUNT] += 1
        return record

    def _flush(self):
        try:
            while self._sent < len(self._unsent):
                # Whatever may find no room comes before it is sent: no byte goes twice.
                self._sent += self.sock.send(memoryview(self._unsent)[self._sent :])
            self._unsent, self._sent = b"", 0
        except OSError as error:
            if error.errno != EAGAIN:
                raise

    def record(self):
        """The kind of the next record; `content` has it. None when it is not whole yet."""
        if not self._whole():
            return None
        self._came = 0
        kind = self._head[0]
        if kind == CHANGE_CIPHER:  # a handshake may hold one, that feigns TLS 1.2 and says nothing
            if self.writes or self.content() != b"\1":
                self.fail(UNEXPECTED, NO_PLACE)
            return None
        if not self.reads:
            return kind
        if kind != DATA or len(self._rest) < 1 + ccm.TAG:
            self.fail(UNEXPECTED, IN_CLEAR)
        return self._opened()

    def _opened(self):
        keys = self.reads
        nonce = self._nonce(keys)
        view, tag = self._rest[: -ccm.TAG], self._rest[-ccm.TAG :]
        ccm.crypt(keys[CIPHER], nonce, view)
        end = len(view) - 1
        if ccm.tag(keys[CIPHER], nonce, bytes(self._head), view) != tag:
            self._rest = NOTHING
            self.fail(BAD_MAC, CHANGED)
        keys[COUNT] += 1
        while end > 0 and not view[end]:  # padding
            end -= 1
        self._rest = view[:end]
        return view[end]

    def _whole(self):
        """Read on; True when a record is there."""
        try:
            while True:
                if self._came < HEAD:
                    self._take(memoryview(self._head), self._came)
                    if self._came < HEAD:
                        continue
                    head = self._head
                    length = head[3] << 8 | head[4]
                    if not CHANGE_CIPHER <= head[0] <= DATA or head[1] != 3:
                        self.fail(DECODE, NO_TLS)
                    if length > MOST:
                        self.fail(OVERFLOW, TOO_LONG)
                    self._rest = memoryview(bytearray(length))
                if self._came == HEAD + len(self._rest):
                    return True
                self._take(self._rest, self._came - HEAD)
        except OSError as error:
            if error.errno != EAGAIN:
                raise
        return False

    def _take(self, view, at):
        """Bytes for the view, from there on."""
        chunk = self.sock.recv(min(len(view) - at, RECEIVE))
        if not chunk:
            self.end(CUT_OFF)
        view[at : at + len(chunk)] = chunk
        self._came += len(chunk)

    def content(self):
        """What the record holds; it is taken then."""
        content, self._rest = self._rest, NOTHING
        return content

    def alert(self):
        """b"" for the other side's close; TlsError for what else an alert says."""
        level_and_code = bytes(self.content())
        if len(level_and_code) == 2 and level_and_code[1] == CLOSE_NOTIFY:
            return b""
        return self.end(level_and_code)

    def fail(self, code, what):
        """Send an alert and raise TlsError."""
        try:
            self.write(ALERT, bytes((FATAL, code)))
        finally:
            self.end(what)

    def end(self, what):
        """Raise TlsError."""
        raise TlsError(what)
