"""A plug with a page in its network, and a program that asks it without a browser."""

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import httpx

from tests_host.system import hooks, rig
from tests_host.system.phone import HTTP
from twig.twin.air import DEFAULT
from twig.twin.plug import Plug

PASSWORD = 'open "<sesame>"'
AP_KEY = "emergency key"
SALT = bytes(range(16))
ROUNDS = 500  # firmware/storage/password.py
SEALED = f"{ROUNDS}${SALT.hex()}${hashlib.pbkdf2_hmac('sha256', PASSWORD.encode(), SALT, ROUNDS).hex()}"
SECRETS = (PASSWORD, SEALED, SEALED.split("$")[2], AP_KEY, DEFAULT.networks[0].password)
# A request, its place in the queue and a login's second; the plug has memory for one at a time.
ANSWER_S = 30.0
NO_ROOM = 503
HEAP = 38 * 1024
HOOKS = 2048
AGAIN_S = 0.5

Json = dict[str, Any]


def plug(data: Path, port: int, base: int, **more: Any) -> Plug:
    """A plug with a page; not started."""
    made = rig.plug(data, port, port_base=base, **more)
    rig.flash_first(made)
    rig.configure(made, page_password=SEALED, ap_key=AP_KEY)
    return made


def hooked(data: Path, port: int, base: int) -> Plug:
    """The same for one that hooks can crash; what they take of the heap is added to it."""
    made = hooks.hooked(data, port, port_base=base, heap=HEAP + HOOKS)
    rig.configure(made, page_password=SEALED)
    return made


class Visitor:
    """Asks the page of the plug at that port base; without `login` it may nothing."""

    def __init__(self, base: int) -> None:
        url = f"http://127.0.0.1:{base + HTTP}"
        self.http = httpx.Client(base_url=url, timeout=ANSWER_S, trust_env=False)
        self.told: list[str] = []  # all answers

    def ask(self, path: str, content: Json | None = None, **headers: str) -> httpx.Response:
        """GET, or POST with a content; asks again while the plug says that it has no memory for it."""
        method = "GET" if content is None else "POST"
        names = {name.replace("_", "-"): text for name, text in headers.items()}
        end = time.monotonic() + ANSWER_S
        while True:
            answer = self.http.request(method, path, json=content, headers=names)
            if answer.status_code != NO_ROOM or time.monotonic() > end:
                self.told.append(str(answer.headers) + answer.text)
                return answer
            time.sleep(AGAIN_S)

    def finds_it(self) -> bool:
        """Whether somebody listens there, who may be busy."""
        try:
            return bool(self.http.get("/").status_code)
        except httpx.ConnectError:
            return False

    def login(self, password: str = PASSWORD) -> httpx.Response:
        """The answer; what is asked from now on has the token."""
        answer = self.ask("/login", {"password": password})
        if answer.status_code == httpx.codes.OK:
            self.http.headers["X-Twig-Token"] = answer.json()["token"]
        return answer


def config(made: Plug) -> Json:
    """What the plug has stored."""
    found: Json = json.loads(made.files()["config.json"])
    return found
