"""What each door and each job is tried with in the journey with two shops. One without a plan fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from app.web.admin_policy_fields import FIELDS
from scoring.weights import Policy
from tests.usecases.alder import MONDAY_AT_TEN
from tests.web import proxy
from tests.web.two_houses import SHARED, House, uuids_of

Form = dict[str, Any]


def nothing(_: House) -> Form:
    return {}


def a_policy(_: House) -> Form:
    shown = {name: field.shown(getattr(Policy(), name)) for name, field in FIELDS.items()}
    return {**shown, "offer_at": "strong", "version": "2"}


def an_advisor(house: House) -> Form:
    zone = {"timezone": "Europe/London", "pronoun": "she"}
    numbers = {"minutes": "45", "buffer_before": "10", "buffer_after": "15", "notice_hours": "24"}
    return {
        "name": "Nora",
        "first_name": "Nora",
        "email": "n@x.example",
        **zone,
        **numbers,
        "horizon_days": "28",
    }


def a_wish(house: House) -> Form:
    wanted = {"offer": str(house.offer), "starts": MONDAY_AT_TEN.isoformat(), "key": str(uuid4())}
    return {**wanted, "place": "shop", "zone": "Europe/London", "note": ""}


def a_date(_: House) -> Form:
    return {"learned_occasion": "anniversary", "learned_month": "3", "learned_day": "9", "learned_told": "1"}


# endpoint → what is sent to it besides every id under its own name. An endpoint that is not here fails.
PLANS: dict[str, Callable[[House], Form]] = {
    "admin.advisors_add": an_advisor,
    "admin.advisors_change": an_advisor,
    "admin.advisors_every": nothing,
    "admin.advisors_new": nothing,
    "admin.advisors_one": nothing,
    "admin.advisors_rest": lambda _: {"active": "yes"},
    "admin.backfill_begin": nothing,
    "admin.backfill_show": nothing,
    "admin.decisions_every": nothing,
    "admin.decisions_one": nothing,
    "admin.embedded_session_page": nothing,
    "admin.home_hear_embed": lambda _: {"state": "off"},
    "admin.home_show": nothing,
    "admin.home_show_steps": lambda _: {"steps": "hidden"},
    "admin.last_year_show": nothing,
    "admin.learning_approve": lambda _: {"mark": "0123456789abcdef"},
    "admin.learning_dismiss": lambda _: {"mark": "0123456789abcdef"},
    "admin.learning_learn": nothing,
    "admin.learning_show": nothing,
    "admin.letters_leave": nothing,
    "admin.letters_send": nothing,
    "admin.letters_show": nothing,
    "admin.libraries_library": nothing,
    "admin.admin_missing": nothing,
    "admin.pieces_approve": nothing,
    "admin.pieces_change": lambda _: {"version": "1"},
    "admin.pieces_place": lambda house: {"name": "a kind of ours", "kind": "brooch"},
    "admin.pieces_show": nothing,
    "admin.policy_change": a_policy,
    "admin.policy_show": nothing,
    "admin.privacy_hand_over": nothing,
    "admin.privacy_one": nothing,
    "admin.privacy_show": nothing,
    "admin.readiness_show": nothing,
    "appointment.cancel": nothing,
    "appointment.show": nothing,
    "bookings.book": a_wish,
    "bookings.slots": nothing,
    "desk.briefs.brief": nothing,
    "desk.clients.client": nothing,
    "desk.clients.handle": lambda _: {"handling": "do_not_use"},
    "desk.clients.lead": lambda house: {"advisor_id": str(house.ines)},
    "desk.clients.learn": a_date,
    "desk.clients.note": lambda _: {"body": "A note of somebody’s."},
    "desk.clients.scoring": lambda _: {"scoring": "off"},
    "desk.clients.search": nothing,
    "desk.clients.silence": lambda _: {"month": "2", "day": "3"},
    "desk.consultations.consultation": nothing,
    "desk.consultations.save": lambda _: {"note_opening": "Words of somebody’s."},
    "desk.consultations.start": nothing,
    "desk.consultations.submit": lambda _: {"action": "save", "note_discovery": "More of them."},
    "desk.home": nothing,
    "desk.item": nothing,
    "desk.sign_in.arrive": nothing,
    "desk.sign_in.ask": nothing,
    "desk.sign_in.enter": lambda _: {"seat": "0"},
    "desk.sign_in.leave": nothing,
    "desk.sign_in.send": lambda house: {"email": f"ines@{house.who.lower()}.example"},
    "health": nothing,
    "receiver.receive": nothing,  # a test of its own, below
    "static": nothing,
    "storefront.answer": lambda _: {"answer": "not_now"},
    "storefront.events": lambda _: proxy.batch(),
    "storefront.seen": nothing,
}
# They hold nothing of any shop, whoever asks.
OF_NO_SHOP = {
    "admin.admin_missing",
    "admin.advisors_new",
    "admin.backfill_show",
    "admin.embedded_session_page",
    "admin.libraries_library",
    "desk.sign_in.ask",
    "desk.sign_in.leave",
    "health",
    "receiver.receive",
    "static",
}
# Whoever knows an advisor's address may have a letter sent to her, and to nobody else.
BY_ITS_OWN_PERSON = {"desk.sign_in.send"}
# Nothing bears a shop's name here: figures alone, and a cookie. Each has a test of its own, below.
NAMELESS = {
    "admin.readiness_show",
    "desk.sign_in.enter",
    # A proposal is named by a mark of what it says, and none waits here.
    "admin.learning_approve",
    "admin.learning_dismiss",
    "admin.learning_show",
    "admin.last_year_show",
    # Done already where they are tried: learning is asked for, the letter was left, the visit is under way.
    "admin.learning_learn",
    "admin.letters_send",
    "storefront.events",
}
# In this order, because each leaves less for others to try.
LAST = ("storefront.answer", "admin.advisors_change", "appointment.cancel")


def alone(_: House) -> list[tuple[Any, ...]]:
    return [()]


SWEEP = None
# job → the arguments it is tried with beside the shop's number. A job that is not here fails.
JOBS: dict[str, Callable[[House], list[tuple[Any, ...]]] | None] = {
    "jobs.tokens.keep_alive": alone,  # first: whoever asks Shopify renews them on the way
    "jobs.backfill.sweep": SWEEP,
    "jobs.backfill.work_on": lambda _: [("customers",), ("orders",)],
    "jobs.briefs.sweep": SWEEP,
    "jobs.briefs.write": lambda house: [(str(each),) for each in uuids_of(house)],
    "jobs.dates.keep": lambda house: [(house.own,), (SHARED,)],
    "jobs.dates.read": alone,
    "jobs.dates.remove": alone,
    "jobs.dates.sweep": SWEEP,
    "jobs.inbox.sweep": SWEEP,
    "jobs.inbox.work_on": alone,
    "jobs.learning.foretell": alone,
    "jobs.learning.learn": alone,
    "jobs.learning.replay": alone,
    "jobs.learning.sweep": SWEEP,
    "jobs.pieces.replace_kinds": alone,
    "jobs.pieces.sweep": SWEEP,
    "jobs.post.send": lambda house: [(str(each),) for each in uuids_of(house)],
    "jobs.post.sweep": SWEEP,
    "jobs.reconcile.compare": alone,
    "jobs.reconcile.sweep": SWEEP,
    "jobs.reminders.sweep": SWEEP,
    "jobs.retention.sweep": SWEEP,
    "jobs.sessions.sweep": SWEEP,
    "jobs.tally.sweep": SWEEP,
    "jobs.tokens.sweep": SWEEP,
}
