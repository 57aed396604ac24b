"""Releases by the API."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests_host import signed
from tests_host.unit.api.fake import KITCHEN, FakeHub, plug
from tests_host.unit.api.test_devices import check_problem
from twig.hub.api.bodies import LIMIT
from twig.release import package

API = "/api/v1"


@pytest.fixture
def hub(tmp_path: Path) -> FakeHub:
    """A hub with a directory."""
    return FakeHub(plug(KITCHEN, "Kitchen"), data=tmp_path)


async def trust(client: httpx.AsyncClient, number: int = 0) -> httpx.Response:
    """Have the hub trust that key."""
    return await client.post(f"{API}/release-keys", json={"key": signed.pem(number)})


async def publish(client: httpx.AsyncClient, content: bytes, **more: str) -> httpx.Response:
    """Publish a file."""
    return await client.post(f"{API}/releases", content=content, params=more)


async def test_a_release_is_published_and_listed(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"{API}/releases")).json() == []
    made = signed.release(7)
    assert (await trust(client)).status_code == 201
    answer = await publish(client, made.encode())
    assert answer.status_code == 201
    assert answer.json() == {
        "manifest": made.digest,
        "image": made.manifest.sha256,
        "version": "0.1.0",
        "sequence": 7,
        "boards": ["s26"],
        "min_micropython": "1.25.0",
        "size": len(made.image),
        "signers": [signed.fingerprint()],
        "published_ms": answer.json()["published_ms"],
    }
    assert (await client.get(f"{API}/releases")).json() == [answer.json()]
    (key,) = (await client.get(f"{API}/release-keys")).json()
    assert key["fingerprint"] == signed.fingerprint()


async def test_what_is_refused_has_a_name(client: httpx.AsyncClient) -> None:
    made = signed.release(7)
    check_problem(await publish(client, made.encode()), 409, "release-untrusted")
    await trust(client)
    check_problem(await publish(client, made.encode()[:-1]), 422, "bad-release")
    check_problem(await publish(client, b""), 422, "bad-release")
    assert (await publish(client, made.encode())).status_code == 201
    check_problem(await publish(client, signed.release(6).encode()), 409, "release-older")
    assert (await publish(client, signed.release(6).encode(), older="true")).status_code == 201
    check_problem(await publish(client, signed.release(7, version="0.2.0").encode()), 409, "sequence-taken")
    check_problem(await client.post(f"{API}/release-keys", json={"key": "x"}), 422, "bad-key")
    check_problem(await client.delete(f"{API}/release-keys/00"), 404, "key-unknown")
    assert (await client.delete(f"{API}/release-keys/{signed.fingerprint()}")).status_code == 204
    assert (await client.get(f"{API}/releases")).json() == []


async def parts(size: int) -> AsyncIterator[bytes]:
    """A body without an announced length."""
    for _ in range(size // 1000 + 1):
        yield bytes(1000)


async def test_a_release_may_be_larger_than_other_bodies(client: httpx.AsyncClient) -> None:
    await trust(client)
    large = signed.release(files={"a.mpy": bytes(28 * 4096 - 300)})
    assert len(large.encode()) > LIMIT
    assert (await publish(client, large.encode())).status_code == 201
    check_problem(await publish(client, bytes(package.LARGEST + 1)), 413, "too-large")
    answer = await client.post(f"{API}/releases", content=parts(package.LARGEST))
    check_problem(answer, 413, "too-large")
    for path in ("release-keys", "releases/", "join-codes"):
        answer = await client.post(f"{API}/{path}", content=bytes(LIMIT + 1))
        check_problem(answer, 413, "too-large")


async def test_nobody_publishes_without_a_login(
    stranger: httpx.AsyncClient, hub: FakeHub, client: httpx.AsyncClient
) -> None:
    await trust(client)
    answer = await publish(stranger, signed.release().encode())
    check_problem(answer, 401, "login-needed")
    assert hub.releases.all() == []
