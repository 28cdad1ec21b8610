"""Give a leaver's whole book to others: clients, bookings ahead, calls and promises, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.queue import Queue
from app.stores import advisors, bookings, calls_back, led, shops
from app.stores.bookings import UnableToHold
from app.stores.calls_back import Call
from app.stores.database import Database, Transaction
from app.stores.live import Live
from app.usecases.owe_call_notice import owe_call_notice
from app.usecases.owe_letters import correspondence, owe_cancellation, owe_moved
from app.usecases.plan_handover import Moving, Plan, plan_handover
from app.usecases.update_every_relationship import forget


def reassign_book(
    database: Database,
    live: Live,
    queue: Queue,
    *,
    shop_id: int,
    leaver_id: int,
    to: Sequence[int],
    url: str,
    link_for: Callable[[int, UUID], str],
    sender: str,
    now: datetime,
) -> Plan:
    """This function will hand over a book and tell everybody; answers what became of it.

    A booking keeps its time where that is free for who takes it on; else it is cancelled, the customer is
    asked to choose again, and her new advisor to call her. What is past stays with who did it. Raises
    UnableToHandOver.
    """
    with database.shop(shop_id) as tx:
        plan = plan_handover(tx, leaver_id, to, now=now, lock=True)
        advisors.change(tx, leaver_id, active=False)
        reason = _reason(tx, plan, now=now)
        for taker in plan.takers:
            theirs = [customer for customer, whose in plan.shares.items() if whose == taker.advisor_id]
            led.hand_over(tx, theirs, taker, reason)
        first = plan.takers[0].advisor_id
        led.hand_over_work(tx, leaver_id, plan.shares, otherwise=first)
        calls_back.hand_over(tx, leaver_id, plan.shares, otherwise=first)
        told = _Told(tx, queue, url, link_for, sender, now)
        carried_out = replace(plan, bookings=[told.move(plan, each) for each in plan.bookings])
        touched = sorted({*plan.shares, *(each.booking.customer_id for each in plan.bookings)})
        tx.after_commit(lambda: forget(live, shop_id, touched))
    return carried_out


def _reason(tx: Transaction, plan: Plan, *, now: datetime) -> str:
    month = now.astimezone(ZoneInfo(shops.read(tx).timezone))
    return f"Took over from {plan.leaver.first_name} in {month:%B %Y}."


class _Told:
    """Moves bookings one by one, and writes what each of those concerned is to be told."""

    def __init__(
        self,
        tx: Transaction,
        queue: Queue,
        url: str,
        link_for: Callable[[int, UUID], str],
        sender: str,
        now: datetime,
    ) -> None:
        self._tx, self._queue, self._url = tx, queue, url
        self._link_for, self._sender, self._now = link_for, sender, now

    def move(self, plan: Plan, moving: Moving) -> Moving:
        """Keep its time where that can be; else ask the customer to choose again."""
        if moving.slot is None or not self._keep(plan, moving):
            self._ask(plan, moving)
            return replace(moving, slot=None)
        return moving

    def _keep(self, plan: Plan, moving: Moving) -> bool:
        tx, was, to = self._tx, moving.booking, moving.to
        assert moving.slot is not None
        try:
            moved = bookings.move(
                tx, was, moving.slot, advisor_id=to.advisor_id, zone=was.zone, now=self._now
            )
        except UnableToHold:  # held over an open form since: the constraint has the last word
            return False
        led.note_move(tx, moved, was_with=was.advisor_id)
        about = correspondence(tx, to, moved, sender=self._sender, now=self._now)
        own_link = self._link_for(tx.shop_id, moved.booking_id)
        owe_moved(tx, self._queue, about, former=plan.leaver, url=self._url, own_link=own_link)
        return True

    def _ask(self, plan: Plan, moving: Moving) -> None:
        tx, to, now = self._tx, moving.to, self._now
        reason = f"{plan.leaver.first_name}’s clients were handed over; {to.first_name} had no time then."
        gone = bookings.cancel(tx, moving.booking.booking_id, by="advisor", reason=reason)
        assert gone is not None  # its lock is ours, and it was booked
        about = correspondence(tx, plan.leaver, gone, sender=self._sender, now=now)
        own_link = self._link_for(tx.shop_id, gone.booking_id)
        owe_cancellation(tx, self._queue, about, by="advisor", url=self._url, own_link=own_link)
        call = Call(gone.customer_id, to.advisor_id, gone.decision_id, "moved", gone.phone, "any", "")
        if calls_back.owe(tx, call, now=now):
            owe_call_notice(tx, self._queue, to, url=self._url, now=now)
