"""The TLS client against the OpenSSL command line: what they say, and what is refused by name."""

import asyncio
import subprocess

import pytest

from firmware.network import ccm, records
from firmware.network.records import CIPHER, TlsError
from firmware.network.wait import readable
from tests_host import middle, openssl
from tests_host.openssl import ALONE, IDENTITY, KEY, SUITE
from tests_host.unit.firmware.psk_client import WAIT_S, opened

FLIGHT = 4  # records of the server: hello, one that says nothing, extensions, Finished
CERTIFIED = ("-cert", "cert.pem", "-key", "key.pem")


async def received(link: records.Records, count: int) -> bytes:
    """So many bytes from the other side."""
    found = b""
    while len(found) < count:
        await asyncio.wait_for(readable(link.sock), WAIT_S)
        part = link.recv(100)
        assert part != b"", "closed"
        found += part or b""
    return found


def refusal(port: int, identity: str = IDENTITY, key: bytes = KEY) -> str:
    """Why the handshake failed."""
    with pytest.raises(TlsError) as caught:
        asyncio.run(opened(port, identity, key))
    return str(caught.value)


def test_both_say_what_they_like():
    async def talk(server: openssl.Server) -> None:
        link = await opened(server.port)
        for size in (1, 255, 256, 257, 600, 1023):
            text = "x" * size
            server.type(text)
            assert await received(link, size + 1) == text.encode() + b"\n"
            rest = text.encode() + b"y\n"
            while rest:
                rest = rest[link.send(rest) :]
            assert await asyncio.to_thread(server.after, text.encode()) == b"y"
        link.close()

    with openssl.server() as server:
        asyncio.run(talk(server))


def test_new_keys_while_it_runs():
    async def talk(server: openssl.Server) -> None:
        link = await opened(server.port)
        before = link.reads[CIPHER], link.writes[CIPHER]
        for number, command in enumerate("kKkK"):
            old = link.reads[CIPHER]
            server.type(command)
            while link.reads[CIPHER] == old:
                await asyncio.wait_for(readable(link.sock), WAIT_S)
                assert link.recv(100) is None
            server.type(f"down {number}")
            assert await received(link, 7) == b"down %d\n" % number
            link.send(b"up %d\n" % number)
            assert await asyncio.to_thread(server.after, b"up") == b"%d" % number
        assert len({*before, link.reads[CIPHER], link.writes[CIPHER]}) == 4
        link.close()

    with openssl.server() as server:
        asyncio.run(talk(server))


def test_a_full_heap_costs_no_record(monkeypatch):
    """What could not be made has not been counted: the next one is the server's next."""

    def full(*_: object) -> None:
        raise MemoryError

    async def talk(server: openssl.Server) -> None:
        link = await opened(server.port)
        with monkeypatch.context() as while_full:
            while_full.setattr(ccm, "crypt", full)
            with pytest.raises(MemoryError):
                link.send(b"lost\n")
        link.send(b"hello\n")
        assert await asyncio.to_thread(server.after, b"hell") == b"o"
        with monkeypatch.context() as while_full:
            while_full.setattr(ccm, "crypt", full)
            link.close()
        assert link.sock.fileno() < 0, "the socket is still open"

    with openssl.server() as server:
        asyncio.run(talk(server))


def test_tickets_are_left_alone():
    async def talk(server: openssl.Server) -> None:
        link = await opened(server.port)
        server.type("hello")
        assert await received(link, 6) == b"hello\n"
        link.close()

    with openssl.server(*ALONE, "-num_tickets", "4") as server:
        asyncio.run(talk(server))


def test_the_other_side_closes():
    async def talk(server: openssl.Server) -> bytes | None:
        link = await opened(server.port)
        link.send(b"CLOSE\n")
        found = None
        while found is None:
            await asyncio.wait_for(readable(link.sock), WAIT_S)
            found = link.recv(100)
        return found

    with openssl.server(*ALONE, "-rev") as server:
        assert asyncio.run(talk(server)) == b""


def test_another_key():
    with openssl.server() as server:
        assert "illegal_parameter (it has another key" in refusal(server.port, key=bytes(32))


def test_unknown_identity():
    with openssl.server() as server:
        assert "does not know this device's key" in refusal(server.port, "j:0011223344556677")


@pytest.fixture
def certified(flash):
    """A certificate in the present folder, for servers that take a key exchange."""
    command = "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=hub -days 2"
    subprocess.run(command.split(), check=True, capture_output=True, timeout=WAIT_S)


def test_tls_1_2_only(certified):
    with openssl.server(*CERTIFIED, "-tls1_2") as server:
        assert "protocol_version" in refusal(server.port)


def test_another_cipher_only():
    options = ("-nocert", "-allow_no_dhe_kex", "-ciphersuites", "TLS_AES_128_GCM_SHA256")
    with openssl.server(*options) as server:
        assert "handshake_failure" in refusal(server.port)


def test_key_exchange_only(certified):
    with openssl.server(*CERTIFIED, "-ciphersuites", SUITE) as server:
        assert "missing_extension" in refusal(server.port)


def test_certificates_only(certified):
    with openssl.server(*CERTIFIED, "-ciphersuites", SUITE, key=b"") as server:
        assert "missing_extension" in refusal(server.port)


def test_no_tls_at_all():
    async def talk() -> str:
        async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 mail.example.org ESMTP\r\n")
            await writer.drain()

        listening = await asyncio.start_server(greet, "127.0.0.1", 0)
        with pytest.raises(TlsError) as caught:
            await opened(listening.sockets[0].getsockname()[1])
        listening.close()
        return str(caught.value)

    assert asyncio.run(talk()) == "no TLS"


def test_a_record_above_the_limit():
    async def talk(server: openssl.Server) -> None:
        link = await opened(server.port)
        server.type("x" * 1100)
        with pytest.raises(TlsError, match="a record above 1041 bytes"):
            await received(link, 1100)
        link.sock.close()

    with openssl.server() as server:
        asyncio.run(talk(server))


def meddled(down: middle.Edit, count: int = 3) -> str:
    """What the client says to lines from the server through somebody who edits its records."""

    seen = []

    def count_them(number: int, record: bytes) -> list[bytes]:
        seen.append(number)
        return down(number, record)

    async def talk(server: openssl.Server) -> None:
        async with middle.between(server.port, count_them) as port:
            link = await opened(port)
            await asyncio.to_thread(server.after, b"CIPHER is")
            for number in range(count):
                server.type(f"line {number}")
                while len(seen) < FLIGHT + number + 1:  # a record for each line
                    await asyncio.sleep(0.01)
            assert await received(link, count * 7) == b"".join(b"line %d\n" % each for each in range(count))
            link.close()

    with openssl.server(*ALONE, "-num_tickets", "0") as server:
        try:
            asyncio.run(talk(server))
        except TlsError as error:
            return str(error)
    return ""


CHANGED = "a record was changed on the way, or the keys differ"


def test_nobody_meddles():
    assert meddled(middle.unchanged) == ""


@pytest.mark.parametrize("at", [5, -1, -20])
@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_a_bit_is_changed(at: int, number: int):
    def edit(count: int, record: bytes) -> list[bytes]:
        if count != number:
            return [record]
        changed = bytearray(record)
        changed[at] ^= 1
        return [bytes(changed)]

    assert meddled(edit) == CHANGED


def test_the_record_that_says_nothing_says_something():
    said = meddled(lambda number, record: [record[:-1] + b"\2" if number == 1 else record])
    assert said == "a record or message that has no place here"


def test_a_record_comes_again():
    assert meddled(lambda number, record: [record] * (1 + (number == 4))) == CHANGED


def test_a_record_is_left_out():
    assert meddled(lambda number, record: [] if number == 4 else [record]) == CHANGED


def test_two_records_change_places():
    held: list[bytes] = []

    def edit(number: int, record: bytes) -> list[bytes]:
        if number == 4:
            held.append(record)
            return []
        return [record, *held] if number == 5 else [record]

    assert meddled(edit) == CHANGED


def test_the_end_is_cut_off():
    async def talk(server: openssl.Server) -> None:
        async with middle.between(server.port) as port:
            link = await opened(port)
            server.process.kill()
            with pytest.raises(TlsError, match="cut off without a close_notify"):
                await received(link, 1)
            link.sock.close()

    with openssl.server() as server:
        asyncio.run(talk(server))


def test_a_record_in_the_clear():
    def edit(number: int, record: bytes) -> list[bytes]:
        return [b"\x15\3\3\0\2\1\0"] if number == 4 else [record]

    assert meddled(edit) == "a record in the clear"
