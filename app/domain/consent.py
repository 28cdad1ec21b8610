"""What a client allowed, channel by channel, and who may change it.

Three states (Salesfloor's, facts/jewellery.md): one_to_one, a person writes to her; marketing, the house may
write to many; unsubscribed, which nobody of the house can undo.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Channel = Literal["email", "sms"]
State = Literal["one_to_one", "marketing", "unsubscribed"]
Source = Literal["by_hand", "shopify", "customer"]

CHANNELS: Mapping[Channel, str] = {"email": "E-mail", "sms": "Text message"}
STATES: Mapping[State, str] = {
    "one_to_one": "May be written to, one to one",
    "marketing": "Wants the house’s news, and may be written to",
    "unsubscribed": "Does not want to be written to",
}
SOURCES: Mapping[Source, str] = {
    "by_hand": "written down by {who}",
    "shopify": "from the shop’s own record",
    "customer": "said by {name} through the link in a letter",
}
LONGEST_PROOF = 500


class UnableToRecordConsent(Exception):
    """A consent lacks something, or is not ours to give; `errors` says what, by field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(sorted(errors)))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Consent:
    """What was said for one channel, when, to whom, and how we know; `address` is what it was said for."""

    channel: Channel
    state: State
    source: Source
    said_at: datetime
    proof: str = ""
    address: str = ""
    advisor_id: int | None = None

    @property
    def allows(self) -> bool:
        """This property will say whether a person may write to her this way."""
        return self.state != "unsubscribed"


def may_follow(earlier: Consent | None, source: Source) -> bool:
    """This function will say whether a new word may follow: after a no, only her own or the shop's record."""
    return earlier is None or earlier.allows or source != "by_hand"


def read_by_hand(typed: Mapping[str, str], earlier: Consent | None, name: str) -> tuple[State, str, str]:
    """This function will read state, address and proof of a consent written down by an advisor.

    Raises UnableToRecordConsent with a sentence by field.
    """
    errors: dict[str, str] = {}
    state, proof = typed.get("state", ""), typed.get("proof", "").strip()[:LONGEST_PROOF]
    address = " ".join(typed.get("address", "").split())[:80]
    if state not in STATES:
        errors["state"] = "Choose what was said."
    elif state != "unsubscribed" and not may_follow(earlier, "by_hand"):
        errors["state"] = (
            f"Only {name} can allow this again: in the shop’s account, or by the link in a letter."
        )
    if state != "unsubscribed" and not proof:
        errors["proof"] = "Say how you know: when it was said, where, in which words."
    if state != "unsubscribed" and typed.get("channel") == "sms" and not _is_number(address):
        errors["address"] = "The number it was said for, with its country: +44 7700 900123."
    if errors:
        raise UnableToRecordConsent(errors)
    return state, address, proof  # type: ignore[return-value]  # one of STATES, as was just looked up


def _is_number(text: str) -> bool:
    digits = text.replace(" ", "").replace("-", "")
    return digits.startswith("+") and digits[1:].isdigit() and digits.isascii() and 8 <= len(digits) <= 16
