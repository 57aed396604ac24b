"""The event bus."""

import asyncio

from twig.hub.events import LOST, Event, Events


async def test_every_subscriber_gets_every_event_in_order() -> None:
    events = Events()
    async with events.subscribe() as one, events.subscribe() as two:
        for number in range(3):
            events.publish("value", io=number)
        for subscriber in (one, two):
            assert [(await anext(subscriber)).data["io"] for _ in range(3)] == [0, 1, 2]
    assert len(events) == 0


async def test_a_slow_subscriber_gets_lost_and_the_end_while_others_go_on() -> None:
    events = Events(bound=4)
    async with events.subscribe() as slow, events.subscribe() as quick:
        heard = []
        for number in range(10):
            events.publish("value", io=number)
            heard.append((await anext(quick)).data["io"])
        assert heard == list(range(10))
        assert [event async for event in slow] == [Event(LOST)]
        assert len(events) == 1


async def test_closing_ends_all_subscriptions() -> None:
    events = Events()
    async with events.subscribe() as one:
        waiting = asyncio.create_task(anext(one, None))
        await asyncio.sleep(0)
        events.close()
        assert await waiting is None
