"""A client of the hub's API."""

import json
import ssl
from collections.abc import Generator, Iterator
from typing import Any
from urllib.parse import quote

import httpx

from twig import here
from twig.errors import TwigError

PREFIX = "/api/v1"
CONNECT_S = 3.0  # a hub in the same network answers at once or not at all
ANSWER_S = 10.0  # beyond the 5 s that the hub gives a device
SILENCE_S = 45.0  # three of the hub's heartbeats; then the stream is dead

LOGIN = (
    "The hub at {url} wants a token that is good: run 'twig token create NAME --scope control' "
    "on its computer as its user, and give the token by --token or TWIG_TOKEN."
)

Device = dict[str, Any]
IO = dict[str, Any]


class ClientError(TwigError):
    """The hub cannot be asked, or says no."""


class HubLost(ClientError):
    """No hub answers, or it has gone away: trying again may help."""


class Bearer(httpx.Auth):
    """A given token; without one the local token of a hub of this user, which is new after each start."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._given, self._token = url, token, token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the token; when it is refused and another is to be had, that one."""
        last = self._token = self._token or self._local()
        self._sign(request)
        answer = yield request
        if answer.status_code == httpx.codes.UNAUTHORIZED and not self._given:
            self._token = self._local()
            if self._token and self._token != last:
                self._sign(request)
                yield request

    def _local(self) -> str:
        found = here.find(self._url)
        return found.token if found else ""

    def _sign(self, request: httpx.Request) -> None:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"


class Client:
    """Talks to one hub; every method raises ClientError with the hub's own words where it has some.

    `token`: what the hub's `twig token create` gave; not needed for a hub of the same user on this computer,
    which is found by itself or given as `local`.
    """

    def __init__(
        self,
        url: str,
        token: str = "",
        transport: httpx.BaseTransport | None = None,
        local: here.Here | None = None,
    ) -> None:
        if not (token.isascii() and token.isprintable()):
            raise ClientError("That is no token of a hub: those have letters, digits, dashes, underscores.")
        named = (url if "://" in url else f"http://{url}").rstrip("/")
        local = local or here.find(named)
        self.url = local.url if local else named
        timeout = httpx.Timeout(ANSWER_S, connect=CONNECT_S)
        try:
            # A hub is in the local network: no proxy of the environment leads to it.
            self._http = httpx.Client(
                base_url=self.url + PREFIX,
                timeout=timeout,
                trust_env=False,
                transport=transport,
                verify=trust(self.url, local),
                auth=Bearer(self.url, token),
            )
        except (httpx.InvalidURL, ValueError):
            raise ClientError(
                f"'{url}' is not the address of a hub, such as http://127.0.0.1:8080."
            ) from None

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def devices(self) -> list[Device]:
        """All devices, as the API gives them."""
        found: list[Device] = self._ask("GET", "/devices")
        return found

    def device(self, guid: str) -> Device:
        """One device."""
        found: Device = self._ask("GET", f"/devices/{guid}")
        return found

    def update(self, guid: str, release: str | None, again: bool) -> Device:
        """Offer a device a release, or the newest; the device, which has answered."""
        found: Device = self._ask(
            "POST", f"/devices/{guid}/update", json={"release": release, "again": again}
        )
        return found

    def withdraw_update(self, guid: str) -> Device:
        """Offer it no longer what it has not taken yet."""
        found: Device = self._ask("DELETE", f"/devices/{guid}/update")
        return found

    def begin_rollout(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Begin a rollout, as the API takes and gives it."""
        made: dict[str, Any] = self._ask("POST", "/rollouts", json=wish)
        return made

    def rollouts(self) -> list[dict[str, Any]]:
        """All rollouts, the newest first."""
        found: list[dict[str, Any]] = self._ask("GET", "/rollouts")
        return found

    def rollout(self, number: int) -> dict[str, Any]:
        """One of them with its devices."""
        found: dict[str, Any] = self._ask("GET", f"/rollouts/{number}")
        return found

    def act_on_rollout(self, number: int, what: str) -> dict[str, Any]:
        """Pause, resume or stop one; how it is now."""
        found: dict[str, Any] = self._ask("POST", f"/rollouts/{number}/{what}")
        return found

    def health(self) -> dict[str, Any]:
        """Figures of the hub, as the API gives them."""
        found: dict[str, Any] = self._ask("GET", "/health")
        return found

    def set(self, guid: str, io: int, value: Any) -> IO:
        """Set an IO; the IO with the value that the device reported."""
        changed: IO = self._ask("PUT", f"/devices/{guid}/ios/{io}", json={"value": value})
        return changed

    def join_code(self, for_guid: str | None, minutes: int) -> dict[str, Any]:
        """Make a join code, as the API gives it."""
        made: dict[str, Any] = self._ask(
            "POST", "/join-codes", json={"for_guid": for_guid, "minutes": minutes}
        )
        return made

    def rotate(self, guid: str) -> Device:
        """Give a device a new key; the device."""
        found: Device = self._ask("POST", f"/devices/{guid}/rotate-key")
        return found

    def rotate_all(self) -> list[Device]:
        """Give all devices that have a key a new one; these devices."""
        found: list[Device] = self._ask("POST", "/rotate-keys")
        return found

    def revoke(self, guid: str) -> None:
        """Drop a device's key."""
        self._ask("POST", f"/devices/{guid}/revoke-key")

    def releases(self) -> list[dict[str, Any]]:
        """All releases that the hub has, as the API gives them."""
        found: list[dict[str, Any]] = self._ask("GET", "/releases")
        return found

    def publish(self, release: bytes, older: bool = False) -> dict[str, Any]:
        """Give the content of a .twig file to the hub; `older`: even where it has a newer one."""
        kind = {"Content-Type": "application/octet-stream"}
        wish = {"older": str(older).lower()}
        made: dict[str, Any] = self._ask("POST", "/releases", content=release, params=wish, headers=kind)
        return made

    def release_keys(self) -> list[dict[str, Any]]:
        """The keys by which the hub takes releases."""
        found: list[dict[str, Any]] = self._ask("GET", "/release-keys")
        return found

    def trust_release_key(self, pem: str) -> None:
        """Have the hub take releases that are signed by that key."""
        self._ask("POST", "/release-keys", json={"key": pem})

    def drop_release_key(self, fingerprint: str) -> None:
        """Have it take them no longer."""
        self._ask("DELETE", f"/release-keys/{quote(fingerprint, safe='')}")

    def tokens(self) -> list[dict[str, Any]]:
        """All tokens, as the API gives them."""
        found: list[dict[str, Any]] = self._ask("GET", "/tokens")
        return found

    def make_token(self, name: str, scope: str) -> str:
        """A new token, which the hub shows this once."""
        return str(self._ask("POST", "/tokens", json={"name": name, "scope": scope})["token"])

    def revoke_token(self, name: str) -> None:
        """Make a token worthless."""
        self._ask("DELETE", f"/tokens/{quote(name, safe='')}")

    def set_password(self, password: str) -> None:
        """Set the password of the page; everybody is logged out."""
        self._ask("PUT", "/password", json={"password": password})

    def watch(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Kind and data of every event; HubLost at the latest when the hub closes the stream."""
        timeout = httpx.Timeout(SILENCE_S, connect=CONNECT_S)
        try:
            with self._http.stream("GET", "/events", timeout=timeout) as response:
                self._check(response)
                yield from parse(response.iter_lines())
        except httpx.HTTPError as error:
            raise self._unreachable(error) from None
        raise HubLost(f"The hub at {self.url} has closed the connection.")

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        try:
            response = self._http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise self._unreachable(error) from None
        self._check(response)
        if response.status_code == httpx.codes.NO_CONTENT:
            return None
        try:
            return response.json()
        except ValueError:
            raise ClientError(f"What answers at {self.url} is not a Twig hub.") from None

    def _check(self, response: httpx.Response) -> None:
        """Raise what the hub says when it is not a success."""
        if response.is_success:
            return
        response.read()
        try:
            text = str(response.json()["detail"])
        except (ValueError, KeyError, TypeError):
            text = f"What answers at {self.url} is not a Twig hub (status {response.status_code})."
        if response.status_code == httpx.codes.UNAUTHORIZED:
            text = LOGIN.format(url=self.url)
        raise ClientError(text)

    def _unreachable(self, error: httpx.HTTPError) -> HubLost:
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.UnsupportedProtocol):
            advice = "Start one with 'twig hub --data DIR' or name another with --hub."
            return HubLost(f"No hub answers at {self.url}. {advice}")
        return HubLost(f"The connection to the hub at {self.url} was lost ({type(error).__name__}).")


def trust(url: str, local: here.Here | None) -> ssl.SSLContext | bool:
    """Whom HTTPS believes: the system's authorities (or SSL_CERT_FILE), or the local hub's certificate."""
    if not url.startswith("https:"):
        return True
    if not (local and local.certificate):
        return ssl.create_default_context()
    context = ssl.create_default_context(cafile=local.certificate)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.check_hostname = False  # that very certificate, whatever names it has
    return context


def parse(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Events of a text/event-stream; comments and fields that we do not use are skipped."""
    kind, data = "message", ""
    for line in lines:
        name, _, value = line.partition(":")
        if name == "event":
            kind = value.strip()
        elif name == "data":
            data += value.strip()
        elif not line and data:
            yield kind, json.loads(data)
            kind, data = "message", ""
