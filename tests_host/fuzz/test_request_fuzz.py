"""The readers of HTTP and DNS under any bytes, in any pieces."""

import asyncio
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.portal import request
from firmware.portal.http_error import HttpError
from firmware.portal.request import Request
from tests_host.fuzz import portal_traffic as traffic


def name_server() -> ModuleType:
    """The module, loaded apart: its event loop's part needs a chip's asyncio."""
    assert request.__file__
    spec = spec_from_file_location("fuzzed_dns", Path(request.__file__).with_name("dns.py"))
    assert spec and spec.loader
    module = module_from_spec(spec)
    with patch.object(asyncio, "sleep_ms", asyncio.sleep, create=True):
        spec.loader.exec_module(module)
    return module


dns = name_server()
ADDRESS = bytes([4, 3, 2, 1])
HELD_MAX = request.LINE_MAX + 1 + request.BODY_MAX  # between two pieces
HEADER = 12
SPECIMENS = st.sampled_from(traffic.REQUESTS)


@st.composite
def mutated(draw: st.DrawFn, specimens: st.SearchStrategy[bytes]) -> bytes:
    """A specimen under the mutator, whose dice hypothesis throws."""
    return traffic.mutated(draw(st.randoms(use_true_random=False)), draw(specimens))


@st.composite
def pieces(draw: st.DrawFn) -> list[bytes]:
    """A request as it comes."""
    raw = draw(st.one_of(mutated(SPECIMENS), st.binary(max_size=300)))
    cuts = sorted(draw(st.lists(st.integers(0, len(raw)), max_size=6)))
    return [raw[start:end] for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True)]


def read(parts: list[bytes]) -> tuple[object, ...]:
    """Where reading them ends: an HTTP status, or the request with whether it is whole."""
    made = Request()
    for part in parts:
        try:
            whole = made.feed(part)
        except HttpError as error:
            return (error.code,)
        assert len(made.body) <= max(HELD_MAX, len(part))
        if whole:
            return made.method, made.path, made.host, made.kind, made.token, made.body
    return (None,)


@given(parts=pieces())
def test_no_request_breaks_the_reader(parts: list[bytes]) -> None:
    found = read(parts)
    if len(found) > 1:
        assert all(isinstance(text, str) for text in found[:-1])
        assert isinstance(found[-1], bytes) and len(found[-1]) <= request.BODY_MAX


@given(parts=pieces())
def test_pieces_do_not_matter(parts: list[bytes]) -> None:
    """But for heads that are too large, whose end nobody waits for."""
    raw = b"".join(parts)
    if len(raw) <= request.LINE_MAX:
        assert read(parts) == read([raw]) == read([raw[at : at + 1] for at in range(len(raw))] or [b""])


@given(raw=st.binary(min_size=1, max_size=40), times=st.integers(200, 2000))
def test_what_has_no_end_is_not_kept(raw: bytes, times: int) -> None:
    made = Request()
    try:
        for _ in range(times):
            if made.feed(raw):
                return
            assert len(made.body) <= HELD_MAX
    except HttpError:
        return
    assert made.headed or times * len(raw) <= request.HEAD_MAX + len(raw)


@given(query=st.one_of(mutated(st.sampled_from(traffic.QUERIES)), st.binary(max_size=600)))
def test_no_query_breaks_the_name_server(query: bytes) -> None:
    answer = dns.answer(query, ADDRESS)
    if not answer:
        return
    assert answer[:2] == query[:2] and answer[2] & 0x80, "it answers responses, or another question"
    assert len(answer) <= len(query) + 16, "it would amplify a flood"
    assert answer[3] & 15 in (0, 4), "NXDOMAIN and failures keep phones from asking on"
    count = int.from_bytes(answer[6:8], "big")
    assert count <= 1 and answer.endswith(ADDRESS if count else b"")


@pytest.mark.parametrize("query", traffic.QUERIES)
def test_whole_queries_are_answered(query: bytes) -> None:
    assert len(dns.answer(query, ADDRESS)) > HEADER
