"""What readiness says: of each gap what is missing, and what to do about it."""

from __future__ import annotations

from app.domain.memory import RUNGS, HighTicket, Record
from scoring.money import about, money
from scoring.wording import many, years

RUNG_TITLES = {
    "stated": "Told by the client",
    "recorded": "Noted by an advisor",
    "engraved": "Engraved on a piece",
    "wedding_band": "From a wedding band’s order",
    "recurrence": "From the same weeks in different years",
}
NOTHING_MISSING = "Nothing is missing here."


def percent(part: int, whole: int) -> str:
    """This function will say a share: "72 %". Only all is 100 %, and only none is 0 %."""
    if not whole:
        return "none"
    rounded = round(100 * part / whole)
    if rounded == 0 and part:
        return "under 1\u00a0%"
    if rounded == 100 and part < whole:
        return "over 99\u00a0%"
    return f"{rounded}\u00a0%"


def share(part: int, whole: int) -> str:
    """This function will say a count with its whole: "41 of 344 (12 %)"."""
    return f"{part:,} of {whole:,} ({percent(part, whole)})" if whole else "0 of 0"


def clients(number: int) -> str:
    """This function will say how many clients: "one client", "344 clients"."""
    return many(number, "client", "clients")


def gain(number: int, unseen: int) -> str:
    """This function will say what closing a gap would bring, with and without visits that may be read."""
    if not number:
        return f"Brings {unseen:,} more within reach where no visit may be read."
    also = f"; {unseen:,} where no visit may be read" if unseen else ""
    return f"Brings {number:,} more within reach of a cue{also}."


def account(record: Record) -> str:
    """This function will say who cannot be recognised at a visit."""
    missing = record.count(lambda group: not group.has_account)
    provisional = record.count(lambda group: group.provisional)
    known = f" {_of_them(provisional, missing)} known by the e-mail on an order alone." if provisional else ""
    return f"{_have(missing)} no account to sign in with, so no visit of theirs is recognised.{known}"


def _of_them(part: int, whole: int) -> str:
    if part == whole:
        return "They are" if whole > 1 else "It is"
    return f"{part:,} of them {'are' if part > 1 else 'is'}"


def _have(number: int) -> str:
    return f"{clients(number)} {'has' if number == 1 else 'have'}".capitalize()


def long(record: Record) -> str:
    """This function will say whose first order is too recent."""
    missing = record.count(lambda group: not group.long)
    return f"The first order on record of {clients(missing)} is less than {_bound(record)} old."


def long_to_do(record: Record) -> str:
    """This function will say how years come about: by an import, or by themselves."""
    if record.history_partial:
        return "Your history is still incomplete. Import the earlier orders."
    return "If earlier orders lie in a till or another system, import them. If not, time does this."


def long_title(record: Record) -> str:
    """This function will name the bound the merchant has set."""
    return f"{_bound(record).capitalize()} or more with you"


def _bound(record: Record) -> str:
    return "one year" if record.tenure_years == 1 else f"{years(record.tenure_years)} years"


def again(record: Record) -> str:
    """This function will say who has bought once."""
    missing = record.count(lambda group: not group.again)
    return f"{_have(missing)} bought once."


def lead(record: Record) -> str:
    """This function will say who falls to the owner because nobody else is named."""
    missing = record.count(lambda group: not group.led)
    fall = "falls" if missing == 1 else "fall"
    return f"{clients(missing)} {fall} to the owner: nobody is named on the orders, or chosen.".capitalize()


def lead_to_do(record: Record) -> str:
    """This function will say how somebody else comes to lead."""
    named = "Import orders with a staff column, or choose a lead on the client’s page at the desk."
    return (
        named
        if record.advisors > 1
        else f"Add the people who advise here, so that orders can name them. {named}"
    )


def date(record: Record) -> str:
    """This function will say who has no date that may count."""
    missing = record.count(lambda group: group.rung is None)
    return f"{_have(missing)} no date that may count."


def note(record: Record) -> str:
    """This function will say of whom nothing is noted."""
    missing = record.count(lambda group: not group.noted)
    return f"Nothing is noted about {clients(missing)}."


def kind(record: Record) -> str:
    """This function will say how many pieces have no kind, and of how many clients."""
    lines = sum(group.lines for group in record.groups)
    unplaced = lines - sum(group.placed for group in record.groups)
    owners = record.count(lambda group: group.unplaced)
    of = "One piece" if unplaced == 1 else f"{unplaced:,} pieces"
    return f"{of}, bought by {clients(owners)}, could not be placed among the kinds."


def address(record: Record) -> str:
    """This function will say who has no address."""
    missing = record.count(lambda group: not group.has_email)
    return f"{_have(missing)} no e-mail on record."


CONSENT_TO_DO = (
    "Ask at the next conversation and note it on the client’s page. What they tell Shopify comes by itself."
)


def consent(record: Record) -> str:
    """This function will say who has not said yet whether they may be written to, and who said no."""
    said = record.count(lambda group: group.may_write is not None)
    if not said:
        return "No client’s yes or no to letters is on record yet, so nobody is counted."
    silent, no = record.active - said, record.count(lambda group: group.may_write is False)
    asked = f"{_have(silent)} not said whether they may be written to." if silent else ""
    refused = f"{clients(no)} said no.".capitalize() if no else ""
    return " ".join(filter(None, (asked, refused))) or "Some have no e-mail on record."


def high_ticket(mix: HighTicket, active: int) -> str:
    """This function will say what the dearest orders bring, and from how many clients."""
    return (
        f"{mix.high_orders:,} of {mix.orders:,} orders in two years ({percent(mix.high_orders, mix.orders)})"
        f" came to {money(mix.starts_at, mix.currency)} or more, and brought {brought(mix)} that active"
        " clients spent."
        f" {mix.customers:,} of {active:,} active clients placed such an order; the usual one is about"
        f" {about(mix.usual, mix.currency)}."
    )


def brought(mix: HighTicket) -> str:
    """This function will say what the dearest orders brought, beside the whole: "53 % of £640,000"."""
    return f"{percent(mix.high_total, mix.total)} of {about(mix.total, mix.currency)}"


def rungs(counts: dict[str, int]) -> str:
    """This function will say on what the dates stand."""
    shown = sum(counts[rung] for rung in ("stated", "recorded", "engraved"))
    whole = sum(counts[rung] for rung in RUNGS)
    if not whole:
        return "No date on record may count yet."
    return (
        f"{shown:,} of {whole:,} may be spoken of as a date. The others are inferred:"
        " they may count, and the advisor asks."
    )
