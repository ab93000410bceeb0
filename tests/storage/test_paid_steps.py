"""A paid step is sent at most once."""

from __future__ import annotations

from typing import Any

import pytest

from socialcopy.storage.claims import Lease
from socialcopy.storage.journal import Journal
from socialcopy.storage.paid_steps import charge_once

Entry = dict[str, Any]


class Refused(Exception):
    """The service said no before it began."""


class Doubtful(Exception):
    """Nobody knows."""


class Service:
    """Counts what is sent to it."""

    def __init__(self) -> None:
        self.sent = 0
        self.recovered = 0
        self.failure: BaseException | None = None

    def send(self, intent: Entry) -> Entry:
        self.sent += 1
        if self.failure:
            raise self.failure
        return {"text": "captions"}

    def recover(self, intent: Entry) -> Entry:
        self.recovered += 1
        return {"text": "found in the state"}


@pytest.fixture
def service() -> Service:
    return Service()


def charge(lease: Lease, service: Service) -> Entry:
    return charge_once(
        Journal(lease),
        "caption",
        intent=lambda: {"state": "before"},
        send=service.send,
        recover=service.recover,
        refusals=(Refused,),
        doubts=(Doubtful,),
    )


def test_a_second_worker_gets_the_receipt_without_sending(lease: Lease, service: Service):
    first, second = charge(lease, service), charge(lease, service)

    assert first == second == {"text": "captions"}
    assert service.sent == 1


def test_an_intent_without_a_receipt_is_recovered_and_never_sent(lease: Lease, service: Service):
    service.failure = KeyboardInterrupt()  # killed while the message was out
    with pytest.raises(KeyboardInterrupt):
        charge(lease, service)

    assert charge(lease, service) == {"text": "found in the state"}
    assert service.sent == 1


def test_a_proven_refusal_may_be_sent_anew(lease: Lease, service: Service):
    service.failure = Refused()
    with pytest.raises(Refused):
        charge(lease, service)
    service.failure = None

    assert charge(lease, service) == {"text": "captions"}
    assert service.sent == 2


def test_a_broken_stream_is_recovered_at_once(lease: Lease, service: Service):
    service.failure = Doubtful()

    assert charge(lease, service) == {"text": "found in the state"}
    assert (service.sent, service.recovered) == (1, 1)
