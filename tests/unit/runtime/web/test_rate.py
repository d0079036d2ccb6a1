"""A burst, then a pace, for each client by itself; memory is bounded."""

from __future__ import annotations

from service.runtime.web.rate import Rate


def test_a_burst_then_a_pace() -> None:
    rate = Rate(burst=3, per_second=0.5)
    assert [rate.wait("a", 0.0) for _ in range(4)] == [0, 0, 0, 2.0]
    assert rate.wait("a", 1.0) == 1.0
    assert rate.wait("a", 2.0) == 0
    assert rate.wait("a", 2.0) == 2.0


def test_clients_do_not_share() -> None:
    rate = Rate(burst=1, per_second=1)
    assert [rate.wait("a", 0.0), rate.wait("b", 0.0), rate.wait("a", 0.0)] == [0, 0, 1]


def test_it_never_saves_up_more_than_a_burst() -> None:
    rate = Rate(burst=2, per_second=1)
    rate.wait("a", 0.0)
    assert [rate.wait("a", 1e6) for _ in range(3)] == [0, 0, 1]


def test_the_clients_seen_last_are_remembered() -> None:
    rate = Rate(burst=1, per_second=0.001, clients=2)
    for client in "abc":
        rate.wait(client, 0.0)
    assert rate.wait("c", 0.0) > 0
    assert rate.wait("a", 0.0) == 0
