"""What each door and each job is tried with in the journey with two shops. One without a plan fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from app.domain.outreach_rules import OutreachRules, shown
from app.domain.upgrades import HouseTerms
from app.web.admin_consultations import NUMBERS
from app.web.admin_policy_fields import FIELDS
from scoring.weights import Policy
from tests.usecases.alder import MONDAY_AT_TEN
from tests.web import proxy
from tests.web.two_houses import SHARED, House, uuids_of
from tests.web.two_houses_words import BOOK

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


def a_yes_or_no(house: House) -> Form:
    return {"mark": str(house.proposal)}


def of_terms(_: House) -> Form:
    said = {name: number.shown(getattr(HouseTerms(), name)) for name, number in NUMBERS.items()}
    return {**said, "attribution_days": "45", "version": "1"}


def of_letters(_: House) -> Form:
    return {**shown(OutreachRules()), "cap_days": "90", "version": "1"}


def a_beginning(_: House) -> Form:
    return {"template_id": "", "name": "A hello", "subject": "Hello", "body": "Dear {first_name}, hello."}


def a_choice(house: House) -> Form:
    return {"offer": str(house.offer), "starts": MONDAY_AT_TEN.isoformat(), "zone": "Europe/London"}


def a_tap(_: House) -> Form:
    return {"entries": [{"key": str(uuid4()), "ago_ms": 5, "kind": "shown", "what": "A ring"}]}


def a_call(house: House) -> Form:
    return {"offer": str(house.offer), "phone": "+44 7700 900123", "part": "any", "words": "Before noon."}


def a_told_date(_: House) -> Form:
    return {"learned_occasion": "graduation", "learned_month": "5", "learned_day": "7"}


def another_time(days: int) -> Callable[[House], Form]:
    """A time that is free where no other try has taken it."""
    starts = (MONDAY_AT_TEN + timedelta(days=days)).isoformat()
    return lambda _: {"starts": starts, "zone": "Europe/London"}


def a_book(_: House) -> Form:
    return {"file": (BytesIO(BOOK.format(who="Somebody").encode()), "book.csv")}


def one_of_two(house: House) -> Form:
    return {"answer": "one", "one": house.own, "other": house.twin, "kept": house.own}


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
    "admin.book_hand_over": lambda house: {"to": str(house.owner)},
    "admin.book_show": nothing,
    "admin.book_stand_in": lambda house: {"stand_in": str(house.owner)},
    "admin.calendars_add": lambda _: {
        "calendar_name": "Mine",
        "calendar_address": "https://127.0.0.1/mine.ics",
    },
    "admin.calendars_remove": nothing,
    "admin.client_book_bring": a_book,
    "admin.client_book_change": lambda _: {"field-0": "email", "then": "look"},
    "admin.client_book_one": nothing,
    "admin.client_book_progress": nothing,
    "admin.client_book_rejects": nothing,
    "admin.client_book_remove": nothing,
    "admin.client_book_show": nothing,
    "admin.consultations_change": of_terms,
    "admin.consultations_show": nothing,
    "admin.decisions_every": nothing,
    "admin.decisions_one": nothing,
    "admin.embedded_session_page": nothing,
    "admin.duplicates_decide": one_of_two,
    "admin.duplicates_show": nothing,
    "admin.gems_change": lambda _: {"jewellers.10": "tin", "version": "1"},
    "admin.gems_show": nothing,
    "admin.home_hear_embed": lambda _: {"state": "off"},
    "admin.home_show": nothing,
    "admin.home_show_steps": lambda _: {"steps": "hidden"},
    "admin.home_try_messages_again": nothing,
    "admin.last_year_show": nothing,
    "admin.learning_approve": a_yes_or_no,
    "admin.learning_dismiss": a_yes_or_no,
    "admin.learning_learn": nothing,
    "admin.learning_show": nothing,
    "admin.letters_leave": nothing,
    "admin.letters_send": nothing,
    "admin.letters_show": nothing,
    "admin.libraries_library": nothing,
    "admin.outreach_change": of_letters,
    "admin.outreach_keep": a_beginning,
    "admin.outreach_show": nothing,
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
    "appointment.choose": another_time(2),
    "appointment.phone": lambda _: {"phone": "+44 7700 900456"},
    "appointment.show": nothing,
    "appointment.times": nothing,
    "bookings.book": a_wish,
    "bookings.call": a_call,
    "bookings.hold": a_choice,
    "bookings.hold_longer": lambda _: {"zone": "Europe/London"},
    "bookings.release": nothing,
    "bookings.slots": nothing,
    "desk.bookings.cancel": lambda _: {"reason": "Somebody is ill."},
    "desk.bookings.move": another_time(1),
    "desk.bookings.show": nothing,
    "desk.briefs.brief": nothing,
    "desk.briefs.pdf": nothing,
    "desk.calls.finish": nothing,
    "desk.calls.show": nothing,
    "desk.calls.stand_in": lambda house: {"stand_in": str(house.ines)},
    "desk.clients.client": nothing,
    "desk.clients.consent": lambda _: {"channel": "email", "state": "unsubscribed", "proof": "She said so."},
    "desk.clients.correct": a_date,
    "desk.clients.date_on_record": nothing,
    "desk.clients.handle": lambda _: {"handling": "do_not_use"},
    "desk.clients.lead": lambda house: {"advisor_id": str(house.ines)},
    "desk.clients.learn": a_date,
    "desk.clients.note": lambda _: {"body": "A note of somebody’s."},
    "desk.clients.scoring": lambda _: {"scoring": "off"},
    "desk.clients.search": nothing,
    "desk.clients.silence": lambda _: {"month": "2", "day": "3"},
    "desk.consultations.consultation": nothing,
    "desk.consultations.start": nothing,
    "desk.consultations.sync": a_tap,
    "desk.consultations.token": nothing,
    "desk.consultations.submit": lambda _: {"action": "save", "note_discovery": "More of them."},
    "desk.home": nothing,
    "desk.item": nothing,
    "desk.letters.act": lambda _: {"action": "keep", "subject": "Hello again", "body": "A few words."},
    "desk.letters.begin": lambda _: {"key": "", "year": "2026"},
    "desk.letters.letter": nothing,
    "desk.meeting.calendar": nothing,
    "desk.meeting.change": lambda _: {"places": "shop", "address": "3 Milsom Street"},
    "desk.meeting.close": nothing,
    "desk.meeting.show": nothing,
    "desk.sign_in.arrive": nothing,
    "desk.sign_in.ask": nothing,
    "desk.sign_in.enter": lambda _: {"seat": "0"},
    "desk.sign_in.leave": nothing,
    "desk.sign_in.send": lambda house: {"email": f"ines@{house.who.lower()}.example"},
    "desk.worklist.answer": lambda _: {"key": "a day of hers", "year": "2026", "answer": "done"},
    "desk.worklist.show": nothing,
    "feed.show": nothing,
    "health": nothing,
    "own_page.away": nothing,
    "own_page.cancel": nothing,
    "own_page.correct": a_told_date,
    "own_page.date": nothing,
    "own_page.keep_time": lambda _: {"starts": "2026-11-24T11:00:00+00:00"},
    "own_page.invitations": lambda _: {"allow": "no"},
    "own_page.show": nothing,
    "own_page.style": nothing,
    "own_page.tell": a_told_date,
    "own_page.times": nothing,
    "own_page.use": lambda _: {"use": "no"},
    "own_page.visits": lambda _: {"allow": "no"},
    "receiver.receive": nothing,  # a test of its own, below
    "static": nothing,
    "storefront.answer": lambda _: {"answer": "not_now"},
    "storefront.events": lambda _: proxy.batch(),
    "storefront.seen": nothing,
    "unsubscribe.act": nothing,
    "unsubscribe.show": nothing,
}
# They hold nothing of any shop, whoever asks.
OF_NO_SHOP = {
    "admin.admin_missing",
    "admin.advisors_new",
    "admin.backfill_show",
    "admin.embedded_session_page",
    "admin.libraries_library",
    "desk.consultations.token",
    "desk.sign_in.ask",
    "desk.sign_in.leave",
    "health",
    "own_page.style",
    "receiver.receive",
    "static",
}
# Whoever knows an advisor's address may have a letter sent to her, and to nobody else.
BY_ITS_OWN_PERSON = {"desk.sign_in.send"}
# Nothing bears a shop's name here: figures alone, and a cookie. Each has a test of its own, below.
NAMELESS = {"admin.readiness_show", "desk.sign_in.enter"}
# What a device sends as JSON, not as a form.
AS_JSON = {"desk.consultations.sync"}
# In this order, because each leaves less for others to try.
LAST = (
    "bookings.book",
    "storefront.answer",
    "desk.clients.correct",
    "own_page.correct",
    "own_page.use",
    "own_page.away",
    "own_page.invitations",
    "desk.clients.scoring",
    "own_page.visits",
    "desk.bookings.move",
    "appointment.choose",
    "appointment.phone",
    "desk.bookings.cancel",
    "own_page.cancel",
    "appointment.cancel",
    "own_page.times",  # from here on nobody has an appointment before her
    "own_page.keep_time",
    "admin.book_hand_over",
    "admin.advisors_change",
)


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
    "jobs.calendars.fetch": lambda house: [(str(each),) for each in uuids_of(house)],
    "jobs.calendars.sweep": SWEEP,
    "jobs.client_book.take_in": lambda house: [(str(each),) for each in uuids_of(house)],
    "jobs.client_book.sweep": SWEEP,
    "jobs.consultations.sweep": SWEEP,
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
    "jobs.outreach.sweep": SWEEP,
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
