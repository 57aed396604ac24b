"""What phones and computers ask to learn whether a network is a captive portal, byte by byte.

Requests as published in captures, logs and the sources of the asking programs; `seen` says where. None was
recorded for this project.
"""

from typing import NamedTuple


class Probe(NamedTuple):
    """`good`: the answer that would mean "this is the Internet", so that no page opens."""

    platform: str
    seen: str
    request: bytes
    good: bytes

    @property
    def name(self) -> str:
        """For the test's name."""
        line, host = self.request.split(b"\r\n", 1)[0].split()[1], self.host
        return f"{self.platform} {host}{line.decode()}"

    @property
    def host(self) -> str:
        """The name that it looks up first."""
        lines = self.request.split(b"\r\n")
        hosts = (line for line in lines if line.lower().startswith(b"host:"))
        return next(hosts).split(b":")[1].strip().decode()


def _lines(*lines: str) -> bytes:
    return "\r\n".join([*lines, "", ""]).encode()


ANDROID_AGENT = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/60.0.3112.32 Safari/537.36"
)
AOSP = "AOSP, NetworkMonitor.sendHttpProbe and config.xml"
IPHONE = (
    "User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 10_3_1 like Mac OS X) AppleWebKit/603.1.30 "
    "(KHTML, like Gecko) Mobile/14E304"
)
FIREFOX = "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
SUCCESS = b"Success"
NO_CONTENT = b"HTTP/1.1 204"


def _android(path: str, host: str) -> Probe:
    first, last = f"GET {path} HTTP/1.1", f"Host: {host}"
    lines = (first, "Connection: close", ANDROID_AGENT, last, "Accept-Encoding: gzip")
    return Probe("Android", AOSP, _lines(*lines), NO_CONTENT)


def _apple(path: str, host: str, version: str) -> Probe:
    agent = f"User-Agent: CaptiveNetworkSupport-{version} wispr"
    lines = (f"GET {path} HTTP/1.0", f"Host: {host}", "Connection: close", agent)
    return Probe("iOS and macOS", "captures of iOS 10 and macOS 12", _lines(*lines), SUCCESS)


def _windows(path: str, host: str, good: bytes) -> Probe:
    lines = (f"GET {path} HTTP/1.1", "Connection: Close", "User-Agent: Microsoft NCSI", f"Host: {host}")
    return Probe("Windows", "captures of 2019 and 2024", _lines(*lines), good)


def _firefox(path: str, good: bytes) -> Probe:
    lines = (
        f"GET {path} HTTP/1.1", "Host: detectportal.firefox.com", FIREFOX, "Accept: */*",
        "Accept-Language: en-US,en;q=0.5", "Accept-Encoding: gzip, deflate", "Cache-Control: no-cache",
        "Pragma: no-cache", "Connection: keep-alive",
    )  # fmt: skip
    return Probe("Firefox", "its preferences and captures", _lines(*lines), good)


def _network_manager(path: str, host: str, good: bytes) -> Probe:
    lines = (f"GET {path} HTTP/1.1", f"Host: {host}", "Accept: */*", "Connection: close")
    return Probe("NetworkManager", "nm-connectivity.c and distributions' settings", _lines(*lines), good)


PROBES = (
    _android("/generate_204", "connectivitycheck.gstatic.com"),
    _android("/gen_204", "www.google.com"),
    _android("/generate_204", "play.googleapis.com"),
    _android("/generate_204", "connectivitycheck.android.com"),
    _android("/generate_204", "clients3.google.com"),
    _android("/generate_204", "connect.rom.miui.com"),
    _android("/generate_204", "connectivitycheck.platform.hicloud.com"),
    _apple("/hotspot-detect.html", "captive.apple.com", "346.50.1"),
    _apple("/library/test/success.html", "www.apple.com", "390.60.1"),
    Probe(
        "iOS and macOS",
        "capture of iOS 10: the browser of the sheet",
        _lines(
            "GET /hotspot-detect.html HTTP/1.1",
            "Host: captive.apple.com",
            "Connection: keep-alive",
            "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            IPHONE,
            "Accept-Language: de-de",
            "Accept-Encoding: gzip, deflate",
        ),
        SUCCESS,
    ),
    _windows("/connecttest.txt", "www.msftconnecttest.com", b"Microsoft Connect Test"),
    _windows("/ncsi.txt", "www.msftncsi.com", b"Microsoft NCSI"),
    Probe(
        "Windows",
        "a browser that Windows opens",
        _lines(
            "GET /redirect HTTP/1.1",
            "Host: www.msftconnecttest.com",
            "Connection: keep-alive",
            "Upgrade-Insecure-Requests: 1",
            "Accept-Encoding: gzip, deflate",
        ),
        b"Microsoft Connect Test",
    ),
    _firefox("/canonical.html", b"https://support.mozilla.org/kb/captive-portal"),
    _firefox("/success.txt?ipv4", b"success"),
    _firefox("/success.txt?ipv6", b"success"),
    Probe(
        "ChromeOS",
        "Chromium, captive_portal_detector.cc",
        _lines(
            "GET /generate_204 HTTP/1.1",
            "Host: www.gstatic.com",
            "Connection: keep-alive",
            "Pragma: no-cache",
            "Cache-Control: no-cache",
            "Accept-Encoding: gzip, deflate",
        ),
        NO_CONTENT,
    ),
    _network_manager("/check_network_status.txt", "nmcheck.gnome.org", b"NetworkManager is online"),
    _network_manager("/", "connectivity-check.ubuntu.com", NO_CONTENT),
    _network_manager("/static/hotspot.txt", "fedoraproject.org", b"OK"),
    _network_manager("/nm", "network-test.debian.org", b"NetworkManager is online"),
    Probe(
        "Kindle",
        "addresses in its own programs",
        _lines("GET /kindle-wifi/wifistub.html HTTP/1.1", "Host: spectrum.s3.amazonaws.com", "Accept: */*"),
        b"81ce4465-7167-4dcb-835b-dcc9e44c112a",
    ),
)
