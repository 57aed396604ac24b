"""How many failed handshakes one address may have."""

from twig.hub.tls.failures import ADDRESSES, MOST, WINDOW_S, Failures


class Clock:
    """A time that the test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_one_address_is_refused_until_its_window_ends() -> None:
    clock = Clock()
    failures = Failures(clock)
    for _ in range(MOST):
        assert not failures.too_many("a")
        failures.note("a")
    clock.now += WINDOW_S - 0.1
    assert (failures.too_many("a"), failures.too_many("b")) == (True, False)
    clock.now += 0.1
    assert not failures.too_many("a")
    failures.note("a")
    assert not failures.too_many("a")


def test_those_who_fail_now_and_then_are_never_refused() -> None:
    clock = Clock()
    failures = Failures(clock)
    for _ in range(10 * MOST):
        failures.note("a")
        clock.now += WINDOW_S / (MOST - 1)
        assert not failures.too_many("a")


def test_of_many_addresses_the_oldest_is_forgotten() -> None:
    clock = Clock()
    failures = Failures(clock)
    for number in range(ADDRESSES + 1):
        for _ in range(MOST if number in (0, 1, ADDRESSES) else 1):
            failures.note(str(number))
    assert len(failures) == ADDRESSES
    assert [failures.too_many(each) for each in ("0", "1", str(ADDRESSES))] == [False, True, True]


def test_a_new_window_makes_an_address_the_newest() -> None:
    clock = Clock()
    failures = Failures(clock)
    failures.note("first")
    for number in range(ADDRESSES - 1):
        failures.note(str(number))
    clock.now += WINDOW_S
    for _ in range(MOST):
        failures.note("first")
    failures.note("another")
    assert failures.too_many("first")
