"""Is there enough memory in this record: what is there, what is missing, what closing each gap would bring.

Every figure here is a full count of the shop's own record on one day. Nothing is estimated from a sample, so
no figure has an interval: there is nothing it could vary around.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from app.domain import readiness_words as words
from app.domain.memory import ACTIVE_DAYS, RUNGS, HighTicket, Memory, Record
from scoring.records import Recorded

# Of fewer orders there is no dearest tenth.
FEWEST_ORDERS = 10


@dataclass(frozen=True, slots=True)
class Part(Recorded):
    """A part of a finding's count, by its stable name."""

    name: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Finding(Recorded):
    """One thing a record should hold, and how much of it there is.

    `part` of `whole` have it, counted in `of`; `part` is None where it is not known. `gain` is how many
    active customers would come within reach of a cue if this gap alone were closed for all, `gain_unseen` how
    many would even if no visit may be read. Gains overlap: closing two gaps does not bring the sum.
    """

    name: str
    title: str
    part: int | None
    whole: int
    of: Literal["customers", "lines"]
    gain: int
    gain_unseen: int
    sentence: str
    to_do: str
    parts: tuple[Part, ...] = ()

    @property
    def missing(self) -> int:
        """This property will count what is missing; all of it where it is not known."""
        return self.whole - (self.part or 0)

    @property
    def is_closed(self) -> bool:
        """This property will say whether there is nothing to do."""
        return self.part is not None and not self.missing

    @property
    def value(self) -> float:
        """This property will give the share, 0..1; 0 of nothing is 0."""
        return (self.part or 0) / self.whole if self.whole else 0.0

    @property
    def counted(self) -> str:
        """This property will say the share in words: "41 of 344 (12 %)"."""
        return "Not known yet" if self.part is None else words.share(self.part, self.whole)

    @property
    def gains(self) -> bool:
        """This property will say whether closing the gap brings anybody within reach of a cue."""
        return bool(self.gain or self.gain_unseen)

    @property
    def gain_in_words(self) -> str:
        """This property will say what closing the gap would bring; "" where that is nobody."""
        return words.gain(self.gain, self.gain_unseen) if self.gains else ""


@dataclass(frozen=True, slots=True)
class Mix(Recorded):
    """How much the dearest orders of two years bring: those from `starts_at` on, in minor units."""

    currency: str
    starts_at: int
    usual: int
    high_orders: int
    orders: int
    high_total: int
    total: int
    customers: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Readiness(Recorded):
    """The answer, as of a day in the shop's zone.

    `customers` have an order that counts, `active` of them ordered within `active_days` and have not asked to
    be left unscored (`opted_out` have). `within_reach` of the active can reach a cue by what is remembered of
    them, `within_reach_unseen` of these even where no visit may be read. `findings` stand in order of gain.
    """

    as_of: date
    customers: int
    active: int
    active_days: int
    opted_out: int
    within_reach: int
    within_reach_unseen: int
    state: Literal["empty", "reading", "lapsed", "counted"]
    sentence: str
    findings: tuple[Finding, ...]
    high_ticket: Mix | None

    @property
    def reach(self) -> str:
        """This property will say who can reach a cue: "248 of 344 (72 %)"."""
        return words.share(self.within_reach, self.active)

    @property
    def reach_unseen(self) -> str:
        """This property will say who can even if no visit may be read: "45 of 344 (13 %)"."""
        return words.share(self.within_reach_unseen, self.active)

    @property
    def rungs(self) -> str:
        """This property will say on what the dates on record stand."""
        return words.rungs({part.name: part.count for part in self.finding("date").parts})

    @property
    def picture(self) -> str:
        """This property will say what a picture of the shares shows, for those who do not see it."""
        known = sorted(self.by_share, key=lambda each: each.value)
        if not self.active or len(known) < 2:
            return ""
        least, most = known[0], known[-1]
        return f"Most complete: {_lower(most)}, {most.counted}. Thinnest: {_lower(least)}, {least.counted}."

    @property
    def by_share(self) -> list[Finding]:
        """This property will list what is known, the most complete first."""
        known = [finding for finding in self.findings if finding.part is not None]
        return sorted(known, key=lambda each: -each.value)

    @property
    def gaps(self) -> list[Finding]:
        """This property will list what can be done something about, in order of gain."""
        return [finding for finding in self.findings if not finding.is_closed]

    def in_words(self) -> str:
        """This method will say it to a person, a finding a line with what to do below."""
        said = [self.sentence]
        for finding in self.findings:
            said.append(f"\n{finding.title}: {finding.counted}. {finding.sentence}")
            said += [f"  {line}" for line in (finding.gain_in_words, finding.to_do) if line]
        return "\n".join([*said, f"\n{self.high_ticket.sentence}"] if self.high_ticket else said)

    def finding(self, name: str) -> Finding:
        """This method will give one finding by its name. Raises KeyError."""
        return {each.name: each for each in self.findings}[name]


def _lower(finding: Finding) -> str:
    return finding.title[0].lower() + finding.title[1:]


def weigh(record: Record) -> Readiness:
    """This function will turn a counted record into findings, the one that would bring most first."""
    within = record.count(lambda group: group.reaches_cue)
    unseen = record.count(lambda group: group.reaches_cue_unseen)
    state = _state(record)
    return Readiness(
        as_of=record.as_of,
        customers=record.customers,
        active=record.active,
        active_days=ACTIVE_DAYS,
        opted_out=record.opted_out,
        within_reach=within,
        within_reach_unseen=unseen,
        state=state,
        sentence=_sentence(record, within, unseen, state),
        findings=tuple(sorted(_findings(record), key=_order)),
        high_ticket=_mix(record.high_ticket, record.active),
    )


State = Literal["empty", "reading", "lapsed", "counted"]


def _state(record: Record) -> State:
    if record.active:
        return "counted"
    if record.customers:
        return "lapsed"
    return "reading" if record.has_orders else "empty"


def _sentence(record: Record, within: int, unseen: int, state: State) -> str:
    if state == "empty":
        return "There are no orders yet, so there is nothing to remember."
    if state == "reading":
        return "The orders are here. What they say of each client is still being read."
    if state == "lapsed":
        return f"None of {words.clients(record.customers)} has ordered in the last two years."
    return (
        f"{within:,} of {record.active:,} active clients ({words.percent(within, record.active)}) can reach"
        f" a cue by what this record holds; {unseen:,} of them even if they don’t let their visits be read."
    )


def _order(finding: Finding) -> tuple[bool, bool, int, int, float]:
    """Order by gain, then by how little there is; what is not known after it, what is complete last."""
    return finding.is_closed, finding.part is None, -finding.gain, -finding.gain_unseen, finding.value


@dataclass(frozen=True, slots=True)
class _Gap:
    """What a customer's record should hold, how it would stand with this gap closed, and the words."""

    name: str
    title: str | Callable[[Record], str]
    holds: Callable[[Memory], bool]
    closed: Callable[[Memory], Memory]
    says: Callable[[Record], str]
    to_do: str | Callable[[Record], str]


def _unchanged(group: Memory) -> Memory:
    return group


GAPS: tuple[_Gap, ...] = (
    _Gap(
        "account",
        "An account to sign in with",
        lambda group: group.has_account,
        lambda group: replace(group, has_email=True, provisional=False),
        words.account,
        "Invite them to make an account with the e-mail they order with. Earlier orders join it unasked.",
    ),
    _Gap(
        "years",
        words.long_title,
        lambda group: group.long,
        lambda group: replace(group, long=True),
        words.long,
        words.long_to_do,
    ),
    _Gap(
        "orders",
        "Two orders or more",
        lambda group: group.again,
        _unchanged,
        words.again,
        "After a first purchase, ask for a date and leave a forward item for it.",
    ),
    # Without one of their own the owner stands in, so that it keeps nobody from a cue.
    _Gap("lead", "An advisor who leads", lambda group: group.led, _unchanged, words.lead, words.lead_to_do),
    _Gap(
        "date",
        "A date that may count",
        lambda group: group.rung is not None,
        lambda group: replace(group, rung="stated"),
        words.date,
        "Ask at the next conversation and note it at the desk. A date the client tells you counts at once.",
    ),
    _Gap(
        "taste",
        "A note on taste",
        lambda group: group.noted,
        _unchanged,
        words.note,
        "Leave one line at the desk after each conversation: what was liked, what was not.",
    ),
    _Gap(
        "address",
        "An e-mail address",
        lambda group: group.has_email,
        lambda group: replace(group, has_email=True),
        words.address,
        "Ask for it at the counter and keep it with the customer in Shopify.",
    ),
)


def _findings(record: Record) -> list[Finding]:
    return [*(_finding(record, gap) for gap in GAPS), _kinds(record), _consent(record)]


def _finding(record: Record, gap: _Gap) -> Finding:
    part = record.count(gap.holds)
    closed = part == record.active
    return Finding(
        name=gap.name,
        title=gap.title if isinstance(gap.title, str) else gap.title(record),
        part=part,
        whole=record.active,
        of="customers",
        gain=_gain(record, gap.closed),
        gain_unseen=_gain_unseen(record, gap.closed),
        sentence=words.NOTHING_MISSING if closed else gap.says(record),
        to_do="" if closed else gap.to_do if isinstance(gap.to_do, str) else gap.to_do(record),
        parts=_rungs(record) if gap.name == "date" else (),
    )


def _gain(record: Record, closed: Callable[[Memory], Memory]) -> int:
    return record.count(lambda group: not group.reaches_cue and closed(group).reaches_cue)


def _gain_unseen(record: Record, closed: Callable[[Memory], Memory]) -> int:
    return record.count(lambda group: not group.reaches_cue_unseen and closed(group).reaches_cue_unseen)


def _rungs(record: Record) -> tuple[Part, ...]:
    """Count customers by the strongest rung their dates stand on; each is counted once."""
    by_rung = dict.fromkeys(RUNGS, 0)
    for group in record.groups:
        if group.rung is not None:
            by_rung[group.rung] += group.customers
    return tuple(Part(rung, words.RUNG_TITLES[rung], count) for rung, count in by_rung.items())


def _kinds(record: Record) -> Finding:
    """Say how many of their pieces have a kind. Closed, pieces without one are taken to lead to another."""
    lines = sum(group.lines for group in record.groups)
    placed = sum(group.placed for group in record.groups)
    return Finding(
        name="kind",
        title="Pieces placed among the kinds",
        part=placed,
        whole=lines,
        of="lines",
        gain=_gain(record, lambda group: replace(group, related=group.related or group.unplaced)),
        gain_unseen=0,  # what is looked at is read from visits
        sentence=words.NOTHING_MISSING if placed == lines else words.kind(record),
        to_do=""
        if placed == lines
        else "Give these products a type in Shopify, such as “Earrings”, then import the orders again.",
    )


def _consent(record: Record) -> Finding:
    """Say who may be written to, and can be. Not known until the first client has said yes or no."""
    said = record.count(lambda group: group.may_write is not None)
    part = record.count(lambda group: bool(group.may_write) and group.has_email)
    closed = bool(said) and part == record.active
    return Finding(
        name="consent",
        title="An address, and a yes to letters",
        part=part if said else None,
        whole=record.active,
        of="customers",
        gain=0,  # an invitation in the shop asks for none
        gain_unseen=0,
        sentence=words.NOTHING_MISSING if closed else words.consent(record),
        to_do="" if closed else words.CONSENT_TO_DO,
    )


def _mix(counted: HighTicket | None, active: int) -> Mix | None:
    if counted is None or counted.orders < FEWEST_ORDERS:
        return None
    return Mix(
        currency=counted.currency,
        starts_at=counted.starts_at,
        usual=counted.usual,
        high_orders=counted.high_orders,
        orders=counted.orders,
        high_total=counted.high_total,
        total=counted.total,
        customers=counted.customers,
        sentence=words.high_ticket(counted, active),
    )
