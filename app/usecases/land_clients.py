"""Land some rows of a client book: what the record knows already stands, and what is new is added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any
from uuid import uuid4

from app.domain.book_matching import People, Person, UnableToMatch
from app.domain.client_book import BookClient, BookDate, BookRow
from app.domain.consultation import LONGEST_NOTE
from app.domain.learned import LearnedDate
from app.stores import book_landing, clients, erasures, outreach
from app.stores.book_entries import book_entries
from app.stores.book_landing import OnRecord
from app.stores.clients import KeptMilestone
from app.stores.consents import consents
from app.stores.customers import milestones, notes
from app.stores.database import Transaction, all_of
from app.usecases.build_relationship import Background
from app.usecases.hear_consent import WITHDRAWN
from app.usecases.mark_customer import NO_SCORING
from scoring.history import Milestone

FORGOTTEN = "somebody who asked to be forgotten"
ANOTHER_DAY = "the record has another day, which stands"
LEFT_ALONE = "the record says not to use it, which stands"
NO_NUMBER = "no telephone number it was said for"
_NOON = time(12)  # stands for a day without a time (app/domain/order_values.py)
KEPT = ("stated", "recorded")


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its line in the file, and how it read."""

    line: int
    row: BookRow
    text: str


@dataclass(slots=True)
class Landed:
    """What came of some rows: counts by name, and those that were left out, whole or in part."""

    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    strangers: Counter[str] = field(default_factory=Counter)  # names of advisors nobody here has
    rejects: list[dict[str, Any]] = field(default_factory=list)


def land_clients(
    tx: Transaction, lines: Sequence[Line], against: Background, *, book_name: str, said_at: datetime
) -> Landed:
    """This function will land some rows in one transaction; a second time adds nothing.

    `said_at` is when the book was brought. Relationships are not rebuilt: `update_every_relationship` is to
    follow.
    """
    book_landing.keep_erasures_out(tx)
    told = [line.row.client for line in lines if line.row.client is not None]
    people = book_landing.people_near(
        tx,
        ids={each for client in told for each in (client.shopify_id, client.own_id) if each},
        emails={client.email for client in told if client.email},
        phones={client.phone for client in told if client.phone},
    )
    known = book_landing.on_record(
        tx, sorted({*people.by_id, *(each.own_id for each in told)}), against.shop.zone
    )
    # A book says nothing of when its rows were written: whoever was ever forgotten stays so.
    # She begins anew by what she does herself.
    was_forgotten = erasures.late_words(tx, erasures.EVER)
    landing = _Landing(tx, against, people, known, was_forgotten, book_name, said_at)
    for line in lines:
        landing.land(line)
    landing.write()
    return landing.landed


class _Landing:
    """The rows of one transaction, gathered before they are written."""

    def __init__(
        self,
        tx: Transaction,
        against: Background,
        people: People,
        known: OnRecord,
        is_forgotten: Callable[[str], bool],
        book_name: str,
        said_at: datetime,
    ) -> None:
        self.landed = Landed()
        self._tx, self._against, self._people, self._known = tx, against, people, known
        self._is_forgotten, self._said_at = is_forgotten, said_at
        self._told_by = f"{book_name}, brought on {against.shop.day(said_at):%-d %B %Y}"
        self._changed: dict[str, Person] = {}
        self._new: dict[str, list[dict[str, Any]]] = {}
        self._leads: dict[str, tuple[int, str]] = {}
        self._no_scoring: set[str] = set()
        self._problems: list[tuple[str, str]] = []

    def land(self, line: Line) -> None:
        """This method will take one row in, or say why not."""
        self.landed.counts["rows"] += 1
        self._problems = list(line.row.problems)
        client = line.row.client
        try:
            customer_id = self._whose(client) if client is not None else None
        except UnableToMatch as error:
            self._problems, customer_id = [("", str(error))], None
        if client is None or customer_id is None:
            self._reject(line, taken_in=False)
            return
        self._take_in(customer_id, client)
        self.landed.counts["taken_in"] += 1
        if self._problems:
            self._reject(line, taken_in=True)

    def _whose(self, client: BookClient) -> str:
        found = self._people.match(client)
        own = self._people.aliases.get(client.own_id, client.own_id)
        customer_id = found or own
        if any(self._is_forgotten(each) for each in {*client.ids, customer_id}):
            raise UnableToMatch(FORGOTTEN)
        if customer_id in self._people.by_id:
            self.landed.counts["known"] += 1
        else:
            self.landed.counts["new"] += 1
        self._put(customer_id, client)
        return customer_id

    def _put(self, customer_id: str, client: BookClient) -> None:
        """Fill in what is blank; what is on record stands."""
        before = self._people.by_id.get(customer_id)
        now = before or Person(customer_id)
        if not (now.first_name or now.last_name):
            now = replace(now, first_name=client.first_name, last_name=client.last_name)
        now = replace(now, email=now.email or client.email, phone=now.phone or client.phone)
        if now != before:
            self._changed[customer_id] = now
            self._people.add([now])

    def _take_in(self, customer_id: str, client: BookClient) -> None:
        self._lead(customer_id, client.lead)
        for date in client.dates:
            self._date(customer_id, date)
        for kind, about, what in client.entries:
            self._entry(customer_id, kind, about, what)
        self._note(customer_id, client)
        self._consents(customer_id, client)

    def _lead(self, customer_id: str, name: str) -> None:
        if not name:
            return
        staff = self._against.staff
        advisor = staff.by_name.get(staff.spelled.get(name.casefold(), ""))
        if advisor is None:
            self.landed.strangers[name] += 1
            self._problems.append(("Advisor who leads", "nobody of that name works here"))
        elif customer_id not in self._known.led_by_hand:
            self._known.led_by_hand.add(customer_id)
            self._leads[customer_id] = (
                advisor.advisor_id,
                f"{advisor.first_name} leads her in the client book.",
            )
            self.landed.counts["leads"] += 1

    def _date(self, customer_id: str, told: BookDate) -> None:
        on_record = self._known.dates.setdefault(customer_id, [])
        same = [each.milestone for each in on_record if _is_same(each.milestone, told)]
        if any(each.do_not_use for each in same):
            self._problems.append((told.occasion.capitalize(), LEFT_ALONE))
        elif any((each.month, each.day) == (told.on.month, told.on.day) for each in same):
            return
        elif any(each.provenance in KEPT for each in same):
            self._problems.append((told.occasion.capitalize(), ANOTHER_DAY))
        else:
            self._keep_date(customer_id, told, on_record)

    def _keep_date(self, customer_id: str, told: BookDate, on_record: list[KeptMilestone]) -> None:
        on = told.on
        milestone = LearnedDate(told.occasion, told.person, on.month, on.day, on.year, told=False).milestone()
        row = milestone.to_record()
        del row["in_years"]  # of orders alone; what was said rests on none
        milestone_id = uuid4()
        on_record.append(KeptMilestone(milestone_id, milestone))
        self._add("milestones", customer_id, milestone_id=milestone_id, told_by=self._told_by, **row)

    def _entry(self, customer_id: str, kind: str, about: str, what: str) -> None:
        if kind == "tag" and what.casefold() == NO_SCORING:
            self._no_scoring.add(customer_id)
        same = (customer_id, kind, about, what.casefold())
        if same not in self._known.entries:
            self._known.entries.add(same)
            row = {"kind": kind, "about": about, "what": what, "said_at": self._said_at}
            self._add("book_entries", customer_id, entry_id=uuid4(), **row)

    def _note(self, customer_id: str, client: BookClient) -> None:
        if not client.note:
            return
        staff = self._against.staff
        author = staff.by_name.get(staff.spelled.get(client.note_author.casefold(), ""))
        signed = (
            f"\n{client.note_author}, in the client book" if client.note_author and author is None else ""
        )
        body = client.note[: LONGEST_NOTE - len(signed)] + signed
        on = client.note_day or self._against.shop.day(self._said_at)
        told = (customer_id, body, on) in self._known.notes
        # Without a day of its own the same words are the same note, whenever they came.
        if told or (client.note_day is None and (customer_id, body) in self._known.note_texts):
            return
        self._known.notes.add((customer_id, body, on))
        self._known.note_texts.add((customer_id, body))
        at = datetime.combine(on, _NOON, self._against.shop.zone) if client.note_day else self._said_at
        number = author.advisor_id if author is not None else None
        self._add("notes", customer_id, note_id=uuid4(), body=body, at=at, advisor_id=number)

    def _consents(self, customer_id: str, client: BookClient) -> None:
        for said in client.consents:
            allows, proof = said.state != "unsubscribed", f"From the client book. {said.proof}".strip()
            if allows and said.channel == "sms" and not client.phone:
                self._problems.append(("May be sent text messages", NO_NUMBER))
                continue
            day = said.on or self._against.shop.day(self._said_at)
            same = (customer_id, said.channel, said.state, proof, day)
            again = not said.on and any(each[:4] == same[:4] for each in self._known.consents)
            if same in self._known.consents or again:
                continue
            self._known.consents.add(same)
            at = datetime.combine(day, _NOON, self._against.shop.zone) if said.on else self._said_at
            row = {"channel": said.channel, "state": said.state, "said_at": at, "proof": proof}
            address = client.phone if said.channel == "sms" else client.email
            self._add("consents", customer_id, consent_id=uuid4(), source="by_hand", address=address, **row)
            if not allows and said.channel == "email":
                outreach.withdraw(self._tx, customer_id, WITHDRAWN)

    def _add(self, table: str, customer_id: str, **row: Any) -> None:
        self._new.setdefault(table, []).append({"customer_id": customer_id, **row})
        self.landed.counts[table] += 1

    def _reject(self, line: Line, *, taken_in: bool) -> None:
        self.landed.counts["in_part" if taken_in else "left_out"] += 1
        said = [f"{label}: {reason}" if label else reason for label, reason in self._problems]
        self.landed.reasons.update(said if taken_in else said[:1])
        if said[:1] == [FORGOTTEN]:
            return  # nothing of hers is to be kept, this least of all
        reject = {"line": line.line, "taken_in": taken_in, "reason": "; ".join(said), "text": line.text}
        self.landed.rejects.append(reject)

    def write(self) -> None:
        """This method will write down what was gathered."""
        book_landing.put_people(self._tx, list(self._changed.values()))
        for table in (milestones, notes, book_entries, consents):
            if rows := self._new.get(table.name):
                self._tx.execute(all_of(self._tx, table, rows))
        book_landing.owe_dates(self._tx, {row["customer_id"] for row in self._new.get("milestones", ())})
        book_landing.lead_each(self._tx, self._leads)
        for customer_id in sorted(self._no_scoring):
            clients.set_opted_out(self._tx, customer_id, True)


def _is_same(kept: Milestone, told: BookDate) -> bool:
    """Whether two dates are of one occasion of one person; an anniversary belongs to both, named or not."""
    if kept.occasion != told.occasion:
        return False
    if told.occasion == "anniversary" and not (kept.person and told.person):
        return True
    return kept.person.casefold() == told.person.casefold()
