"""One HTTP request, taken piece by piece as it comes (RFC 9112), within bounds."""

from firmware.portal.http_error import HttpError
from firmware.portal.statuses import BAD_REQUEST, LARGE_HEAD, LONG_TARGET, TOO_LARGE

LINE_MAX = 512  # of a request line or a wanted header; the rest of a longer header is skipped
HEAD_MAX = 4096  # a browser's request is a quarter of it
BODY_MAX = 1536  # the whole form with its longest values takes less


class Request:
    """`method`, `path` (no query), `host` (lower case, no port), `kind`, `token` are texts; `body` bytes."""

    def __init__(self):
        self.method = self.path = self.host = self.kind = self.token = ""
        self.body = b""
        self.length = self.seen = 0
        self.headed = False

    def feed(self, chunk):
        """Take some bytes; True when the request is whole, HttpError when it cannot become one."""
        self.seen += len(chunk)
        self.body += chunk
        while not self.headed:
            end = self.body.find(b"\n")
            if end < 0:
                if self.seen > HEAD_MAX:
                    raise HttpError(LARGE_HEAD, "head too large")
                self.body = self.body[: LINE_MAX + 1]
                return False
            line = self.body[:end].rstrip(b"\r")
            self.body = self.body[end + 1 :]
            self._line(line)
        if len(self.body) < self.length:
            return False
        self.body = self.body[: self.length]
        return True

    def _line(self, line):
        if not self.method:
            if line:  # empty lines before a request are skipped
                self._first(line)
        elif line:
            self._header(line)
        elif self.length > BODY_MAX:
            raise HttpError(TOO_LARGE, "more than %d bytes" % BODY_MAX)
        else:
            self.headed = True

    def _first(self, line):
        if len(line) > LINE_MAX:
            raise HttpError(LONG_TARGET, "address too long")
        parts = _text(line).split()
        if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
            raise HttpError(BAD_REQUEST, "not HTTP")
        self.method, target, _ = parts
        if target.startswith("http://"):  # as to a proxy; the host in it counts
            host = target[7:].split("/")[0]
            target = target[7 + len(host) :]
            self.host = _host(host)
        self.path = target.split("?")[0]

    def _header(self, line):
        at = line.find(b":")
        name = line[:at].strip().lower()
        if name == b"host":
            self.host = self.host or _host(_text(line[at + 1 :]))
        elif name == b"content-length":
            length = line[at + 1 :].strip()
            if not length.isdigit() or len(length) > 9:
                raise HttpError(BAD_REQUEST, "no length")
            self.length = int(length)
        elif name == b"content-type":
            self.kind = _text(line[at + 1 :]).split(";")[0].strip().lower()
        elif name == b"x-twig-token":
            self.token = _text(line[at + 1 :]).strip()


def kind():
    """Request: for who keeps it longer than this module."""
    return Request


def _text(raw):
    try:
        return raw.decode()
    except UnicodeError:
        raise HttpError(BAD_REQUEST, "not UTF-8") from None


def _host(text):
    text = text.strip().lower()
    return text if text.startswith("[") else text.split(":")[0].rstrip(".")
