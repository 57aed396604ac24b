"""Request ids, answers, time-outs."""

import asyncio

import pytest

from twig.hub.errors import Busy, DeviceOffline
from twig.hub.requests import LAST_ID, Answer, Requests

DONE = Answer(19, {"code": 0})


async def test_each_answer_goes_to_its_request_whatever_the_order() -> None:
    requests, sent = Requests(8), list[int]()
    asking = [asyncio.create_task(requests.ask(sent.append, 1)) for _ in range(3)]
    await asyncio.sleep(0)
    assert sent == [1, 2, 3]
    for number in reversed(sent):
        assert requests.settle(number, Answer(number, {}))
    assert [(await task).command for task in asking] == [1, 2, 3]
    assert len(requests) == 0


async def test_ids_wrap_around_and_leave_out_zero_and_those_that_are_open() -> None:
    requests, sent = Requests(8), list[int]()
    first = asyncio.create_task(requests.ask(sent.append, 5))
    await asyncio.sleep(0)
    requests._last = LAST_ID - 1
    others = [asyncio.create_task(requests.ask(sent.append, 5)) for _ in range(2)]
    await asyncio.sleep(0)
    assert sent == [1, LAST_ID, 2]
    requests.fail(DeviceOffline("it"))
    for task in (first, *others):
        with pytest.raises(DeviceOffline):
            await task


async def test_an_answer_that_nobody_waits_for_is_none() -> None:
    requests, sent = Requests(8), list[int]()
    with pytest.raises(TimeoutError):
        await requests.ask(sent.append, 0.01)
    assert not requests.settle(sent[0], DONE)
    assert not requests.settle(77, DONE)
    assert len(requests) == 0


async def test_more_than_the_bound_is_busy() -> None:
    requests = Requests(1)
    first = asyncio.create_task(requests.ask(lambda number: None, 5))
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await requests.ask(lambda number: None, 5)
    requests.settle(1, DONE)
    assert await first == DONE
