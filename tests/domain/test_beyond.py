"""While older orders may not be read, Shopify's own figures say how long somebody has been a client."""

from __future__ import annotations

from datetime import UTC, date, datetime

from app.domain.beyond import Beyond, reached
from app.domain.pieces import client_line
from scoring.relationship import Relationship
from scoring.session import Session
from scoring.signals.tenure import tenure
from scoring.weights import Adjacency, Policy

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
RECENT = Relationship(1, date(2026, 10, 3), date(2026, 10, 3), 1, partial_history=True)
SINCE_2016 = Beyond(date(2016, 9, 12), 7, date(2026, 10, 3))


def test_a_client_whose_older_orders_are_missing_counts_from_when_shopify_has_known_her() -> None:
    far = reached(RECENT, SINCE_2016, on_record=1)
    assert far is not None
    assert (far.first_order, far.orders, far.last_order) == (date(2016, 9, 12), 7, date(2026, 10, 3))
    reading = tenure(Session(NOW, NOW), far, today=TODAY, policy=Policy(), adjacency=Adjacency())
    assert reading.fired
    assert reading.because == "Client since at least 2016: 7 orders, the last in October."


def test_nothing_is_partial_where_no_order_of_hers_is_missing() -> None:
    whole = reached(RECENT, Beyond(date(2016, 9, 12), 1, None), on_record=1)
    assert whole is not None
    assert (whole.partial_history, whole.first_order) == (False, date(2026, 10, 3))


def test_a_client_of_whom_no_order_may_be_read_is_a_client_all_the_same() -> None:
    unread = Relationship(1, None, None, 0, partial_history=True)
    far = reached(unread, Beyond(date(2016, 9, 12), 7, None), on_record=0)
    assert far is not None
    assert (far.orders, far.first_order, far.last_order) == (7, date(2016, 9, 12), date(2016, 9, 12))
    assert reached(unread, Beyond(date(2016, 9, 12), 0, None), on_record=0) is None
    assert reached(unread, None, on_record=0) is None


def test_her_page_says_how_many_of_her_orders_are_on_record() -> None:
    days = [date(2026, 10, 3)]
    said = client_line(days, partial=True, today=TODAY, beyond=SINCE_2016)
    assert said == "Client since at least 2016: 7 orders in all, 1 of them on record."
    assert client_line(days, partial=False, today=TODAY, beyond=SINCE_2016).startswith("Client since 2026: ")
