"""What a hub takes as a release, keeps, and forgets; by its directory alone."""

import asyncio
import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests_host import signed
from tests_host.hubs import until
from twig.hub import errors
from twig.hub.releases import Releases, index, judge, releases
from twig.hub.releases.index import Release
from twig.release import package
from twig.release.package import Package, Signature


@pytest.fixture
async def store(tmp_path: Path) -> Releases:
    """One that trusts the first key."""
    found = Releases(tmp_path)
    await found.trust(signed.pem())
    return found


def files(folder: Path) -> set[str]:
    """Names of all files that a hub keeps of releases."""
    return {path.name for path in (folder / "releases" / "files").iterdir()}


def again(folder: Path) -> Releases:
    """The same after a start."""
    found = Releases(folder)
    found.check()
    return found


async def test_a_release_is_kept_by_its_hashes(store: Releases, tmp_path: Path) -> None:
    made = signed.release(7)
    taken = await store.publish(made.encode())
    assert files(tmp_path) == {made.digest, made.manifest.sha256}
    for found in (store, again(tmp_path)):
        assert found.all() == [taken]
        assert found.newest("s26") == taken
        assert found.newest("basic") is None
        assert found.read(taken.manifest, 0, taken.manifest_size) == made.raw
        assert found.read(taken.image, 100, 50) == made.image[100:150]
        assert found.read(taken.image, taken.size, 50) == b""
        assert (found.size(taken.image), found.size(taken.manifest)) == (len(made.image), len(made.raw))
        assert [key.fingerprint for key in found.keys] == [signed.fingerprint()]
    assert taken.signatures == {signed.fingerprint(): made.signatures[0].raw.hex()}


async def test_what_it_writes_is_for_its_owner(store: Releases, tmp_path: Path) -> None:
    await store.publish(signed.release().encode())
    assert (tmp_path / "releases").stat().st_mode & 0o077 == 0


async def test_nothing_else_is_a_file_of_a_release(store: Releases, tmp_path: Path) -> None:
    await store.publish(signed.release().encode())
    (tmp_path / "releases" / "files" / ("ab" * 32)).write_bytes(b"secret")
    for name in ("ab" * 32, "../index.json", "", "00" * 32):
        assert store.size(name) is None
        assert store.read(name, 0, 10) == b""


def tampered(made: Package) -> dict[str, bytes]:
    """What is wrong with it -> the file."""
    raw = made.encode()
    (good,) = made.signatures
    other = signed.release(8)
    return {
        "The image is not that of its manifest": raw[:-1] + b"\0",
        "The image has": replace(made, image=other.image + b"\0").encode(),
        "The manifest was changed after it was signed": replace(made, raw=other.raw).encode(),
        "The manifest cannot be used": replace(made, raw=made.raw + b" ").encode(),
        "The signature is damaged": replace(
            made, signatures=(Signature(good.signer, good.raw[:-1] + bytes([good.raw[-1] ^ 1])),)
        ).encode(),
        "not by the key that it names": replace(
            made, signatures=(Signature(good.signer, signed.release(7, keys=(1,)).signatures[0].raw),)
        ).encode(),
        "The release is cut off": raw[:-1],
        "This is no release": b"PK" + raw,
    }


@pytest.mark.parametrize("words", tampered(signed.release(7)))
async def test_what_was_tampered_with_is_named(store: Releases, tmp_path: Path, words: str) -> None:
    with pytest.raises(errors.BadRelease, match=words):
        await store.publish(tampered(signed.release(7))[words])
    assert again(tmp_path).all() == []
    assert not (tmp_path / "releases" / "files").exists()


@pytest.mark.parametrize(("keys", "words"), [((), "Nobody has signed it"), ((1,), "It is signed by")])
async def test_a_release_by_nobody_who_is_trusted(store: Releases, keys: tuple[int, ...], words: str) -> None:
    with pytest.raises(errors.ReleaseUntrusted, match=words):
        await store.publish(signed.release(keys=keys).encode())
    assert store.all() == []


async def test_one_good_signature_is_enough_and_others_are_not_kept(store: Releases) -> None:
    taken = await store.publish(signed.release(keys=(1, 0)).encode())
    assert list(taken.signatures) == [signed.fingerprint(0)]
    await store.trust(signed.pem(1))
    taken = await store.publish(signed.release(keys=(1,)).encode())
    assert list(taken.signatures) == [signed.fingerprint(0), signed.fingerprint(1)]
    assert len(store.all()) == 1


async def test_a_release_has_few_signatures(store: Releases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "MOST_SIGNATURES", 2)
    for number in (1, 2):
        await store.trust(signed.pem(number))
    for keys in ((0,), (1,), (0, 1)):
        both = await store.publish(signed.release(keys=keys).encode())
    assert len(both.signatures) == 2
    with pytest.raises(errors.TooManySignatures, match=r"2 are the most\. 'twig release trust --drop"):
        await store.publish(signed.release(keys=(2,)).encode())
    assert store.all() == [both]
    await store.drop(signed.fingerprint(0))
    taken = await store.publish(signed.release(keys=(2,)).encode())
    assert list(taken.signatures) == [signed.fingerprint(1), signed.fingerprint(2)]


async def test_a_bad_signature_beside_a_good_one(store: Releases) -> None:
    await store.trust(signed.pem(1))
    made = signed.release(keys=(0, 1))
    bad = Signature(made.signatures[1].signer, made.signatures[0].raw)
    with pytest.raises(errors.BadRelease, match="The signature is damaged"):
        await store.publish(replace(made, signatures=(made.signatures[0], bad)).encode())


async def test_sequences_of_a_board_only_grow_unless_told(store: Releases) -> None:
    await store.publish(signed.release(5).encode())
    await store.publish(signed.release(1, board="basic").encode())
    with pytest.raises(errors.ReleaseOlder, match="has the sequence 4, and 5 is published"):
        await store.publish(signed.release(4).encode())
    await store.publish(signed.release(4).encode(), older=True)
    newest = store.newest("s26")
    assert newest and newest.sequence == 5
    assert [(each.boards, each.sequence) for each in store.all()] == [
        (("basic",), 1),
        (("s26",), 5),
        (("s26",), 4),
    ]


async def test_one_sequence_is_one_release(store: Releases) -> None:
    first = await store.publish(signed.release(5).encode())
    assert await store.publish(signed.release(5).encode()) == first
    with pytest.raises(errors.SequenceTaken, match="has the sequence 5"):
        await store.publish(signed.release(5, version="0.2.0").encode(), older=True)
    assert store.all() == [first]


async def test_an_older_one_may_be_published_again(store: Releases) -> None:
    for sequence in (4, 5, 4):
        await store.publish(signed.release(sequence).encode())
    assert len(store.all()) == 2


async def test_only_the_newest_are_kept(
    store: Releases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releases, "KEPT", 2)
    await store.publish(signed.release(1, board="basic", files={"x.mpy": b"x"}).encode())
    for sequence in range(1, 6):
        await store.publish(signed.release(sequence, files={"n.mpy": b"%d" % sequence}).encode())
    kept = [(each.boards[0], each.sequence) for each in store.all()]
    assert kept == [("basic", 1), ("s26", 5), ("s26", 4), ("s26", 3)]
    wanted = {name for each in store.all() for name in (each.manifest, each.image)}
    assert files(tmp_path) == wanted
    assert again(tmp_path).all() == store.all()


async def test_an_image_that_two_releases_share_stays(
    store: Releases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releases, "KEPT", 1)
    for sequence in range(1, 5):
        await store.publish(signed.release(sequence).encode())
    assert len(store.all()) == 2
    assert again(tmp_path).all() == store.all()


async def test_keys(store: Releases, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await store.trust(signed.pem()) == store.keys[0]
    for wrong, words in (("", "no public key"), ("-----BEGIN PRIVATE KEY-----", "a private key")):
        with pytest.raises(errors.BadReleaseKey, match=words):
            await store.trust(wrong)
    monkeypatch.setattr(releases, "MOST_KEYS", 1)
    with pytest.raises(errors.TooManyKeys, match="There are 1 keys"):
        await store.trust(signed.pem(1))
    with pytest.raises(errors.KeyUnknown, match="No key 00"):
        await store.drop("00")
    assert len(store.keys) == 1


async def test_a_key_that_is_dropped_takes_its_releases_along(store: Releases, tmp_path: Path) -> None:
    await store.trust(signed.pem(1))
    both = signed.release(2, keys=(0, 1))
    await store.publish(signed.release(1, files={"x.mpy": b"x"}).encode())
    await store.publish(both.encode())
    await store.drop(signed.fingerprint(0))
    for found in (store, again(tmp_path)):
        (left,) = found.all()
        assert (left.sequence, list(left.signatures)) == (2, [signed.fingerprint(1)])
    assert files(tmp_path) == {both.digest, both.manifest.sha256}
    with pytest.raises(errors.ReleaseUntrusted):
        await store.publish(signed.release(3).encode())


async def test_a_disk_that_is_full_changes_nothing(
    store: Releases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await store.publish(signed.release(1).encode())

    def full(path: Path, content: bytes, mode: int = 0) -> None:
        raise OSError(28, "No space left on device")

    for place in (releases.files, index.files):
        with monkeypatch.context() as patch:
            patch.setattr(place, "replace", full)
            with pytest.raises(errors.StoreError, match="is the disk full"):
                await store.publish(signed.release(2).encode())
        assert store.all() == [first]
    assert again(tmp_path).all() == [first]


async def test_files_that_were_changed_are_not_served(store: Releases, tmp_path: Path) -> None:
    made = signed.release(1, files={"x.mpy": b"x"})
    first, second = await store.publish(made.encode()), await store.publish(signed.release(2).encode())
    path = tmp_path / "releases" / "files" / second.image
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    found = again(tmp_path)
    assert found.all() == [first]
    await found.publish(signed.release(2).encode())
    assert again(tmp_path).all() == [replace(second, published_ms=found.all()[0].published_ms), first]


async def test_what_a_power_cut_has_left_is_removed(store: Releases, tmp_path: Path) -> None:
    made = signed.release()
    await store.publish(made.encode())
    for name in ("ab" * 32, f"{'cd' * 32}.7.new"):
        (tmp_path / "releases" / "files" / name).write_bytes(b"left")
    assert len(again(tmp_path).all()) == 1
    assert files(tmp_path) == {made.digest, made.manifest.sha256}


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"format": 2}', '{"format": 1, "keys": [{}], "releases": []}']
)
def test_a_damaged_index_is_told_at_the_start(tmp_path: Path, content: str) -> None:
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases" / "index.json").write_text(content)
    with pytest.raises(errors.StartError, match=r"index\.json is damaged. Move the folder"):
        Releases(tmp_path)


async def test_no_secret_is_in_the_index(store: Releases, tmp_path: Path) -> None:
    await store.publish(signed.release().encode())
    said = json.loads((tmp_path / "releases" / "index.json").read_text())
    assert set(said) == {"format", "keys", "releases"}
    assert set(said["keys"][0]) == {"fingerprint", "modulus", "added_ms"}


@pytest.mark.parametrize("part", ["parse", "signatures"])
async def test_the_event_loop_goes_on_while_a_release_is_checked(
    store: Releases, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """Whoever else publishes waits meanwhile, and is judged by what is published then."""
    begun, in_time, go, real = [], [], threading.Event(), getattr(judge, part)

    def slow(*given: object) -> object:
        begun.append(given)
        in_time.append(go.wait(1))
        return real(*given)

    monkeypatch.setattr(judge, part, slow)
    made = [signed.release(5), signed.release(4), signed.release(5, version="0.2.0"), signed.release(6)]
    publishing = [asyncio.create_task(store.publish(each.encode())) for each in made]
    await until(lambda: begun)
    assert (len(begun), store.all()) == (1, [])
    go.set()
    done = await asyncio.gather(*publishing, return_exceptions=True)
    wanted = [Release, errors.ReleaseOlder, errors.SequenceTaken, Release]
    assert ([type(each) for each in done], in_time) == (wanted, [True] * 4)
    assert [each.sequence for each in store.all()] == [6, 5]


async def test_a_release_of_the_largest_size(store: Releases) -> None:
    whole = signed.release(files={"a.mpy": bytes(28 * 4096 - 300)}, keys=(0,))
    assert len(whole.encode()) <= package.LARGEST
    await store.publish(whole.encode())
