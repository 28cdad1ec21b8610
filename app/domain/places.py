"""Where a consultation is held: what each way of meeting needs, what it says, and where it leads.

A new way, such as a room on our own pages, is one class and one line in EVERY.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from app.domain.wording import PLACES

LONGEST_ADDRESS = 300
LONGEST_ROOM = 500
# E.164 allows 15 digits; people write them with signs between.
LONGEST_PHONE = 40
_LEAST_DIGITS = 5
_PHONE = re.compile(r"[0-9+()./ -]+")


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a way of meeting knows of one appointment; "" is what nobody has said."""

    first_name: str  # the advisor's
    address: str = ""  # of the house
    room: str = ""  # the advisor's own
    phone: str = ""  # the customer's


class Place(Protocol):
    """A way of meeting. `asks` names what only the customer can give: "phone", or nothing."""

    asks: str

    def is_ready(self, at: Meeting) -> bool:
        """This method will tell whether it can be offered: what the house must give for it is there."""

    def says(self, at: Meeting) -> str:
        """This method will say in one sentence how it goes; "" where its name says enough."""

    def leads(self, at: Meeting) -> str:
        """This method will give the address it leads to, "" where there is none."""


class InShop:
    """In the shop: she comes to us."""

    asks = ""

    def is_ready(self, at: Meeting) -> bool:
        return True

    def says(self, at: Meeting) -> str:
        return f"You’ll find us at {at.address.rstrip('.')}." if at.address else ""

    def leads(self, at: Meeting) -> str:
        return ""


class ByPhone:
    """By phone: the advisor calls. The number is hers to give, when she books or on her own page."""

    asks = "phone"

    def is_ready(self, at: Meeting) -> bool:
        return True

    def says(self, at: Meeting) -> str:
        if at.phone:
            return f"{at.first_name} calls you at the number you gave."
        return f"{at.first_name} calls you: give the number on your appointment’s page."

    def leads(self, at: Meeting) -> str:
        return ""


class ByVideo:
    """By video, at the advisor's own room."""

    asks = ""

    def is_ready(self, at: Meeting) -> bool:
        return bool(at.room)

    def says(self, at: Meeting) -> str:
        if at.room:
            return f"{at.first_name} awaits you in the video room."
        return f"{at.first_name} sends you the way to the video room."  # it was taken away since

    def leads(self, at: Meeting) -> str:
        return at.room


EVERY: Mapping[str, Place] = {"shop": InShop(), "phone": ByPhone(), "video": ByVideo()}
# Said wherever an appointment is read: she learns it the day before rather than at the hour.
NO_NUMBER = "No number to call yet."
assert EVERY.keys() == PLACES.keys(), "each place has its name"


def lacks_number(place: str, phone: str) -> bool:
    """This function will tell whether a client is to be called and has given no number."""
    return EVERY[place].asks == "phone" and not phone


class UnableToMeetThere(Exception):
    """What was entered is no way to meet; the message says why to whoever entered it, `field` says where."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def offered(places: Collection[str], at: Meeting) -> list[str]:
    """This function will list where an advisor can be met, in one order; in the shop if nowhere else."""
    ready = [name for name, place in EVERY.items() if name in places and place.is_ready(at)]
    return ready or ["shop"]


def clean_room(entered: str) -> str:
    """This function will check a room's address: any https link, or none. Raises UnableToMeetThere."""
    address = entered.strip()
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        is_link = parts.scheme == "https" and "." in (parts.hostname or "") and not parts.username
    except ValueError:
        is_link = False
    if not is_link or not address.isprintable() or any(sign in address for sign in ' "<>\\'):
        raise UnableToMeetThere("room", "Give the whole link, beginning with https://.")
    if len(address) > LONGEST_ROOM:
        raise UnableToMeetThere("room", f"Keep the link to {LONGEST_ROOM} characters.")
    return address


def clean_phone(entered: str) -> str:
    """This function will check a phone number as people write one, or none. Raises UnableToMeetThere."""
    number = " ".join(entered.split())
    if not number:
        return ""
    digits = sum(each.isdigit() for each in number)
    if not _PHONE.fullmatch(number) or digits < _LEAST_DIGITS or len(number) > LONGEST_PHONE:
        raise UnableToMeetThere("phone", "Give a number we can call, like +44 20 7946 0000.")
    return number


def clean_address(entered: str) -> str:
    """This function will make one line of the house's address. Raises UnableToMeetThere."""
    address = ", ".join(line.strip(" ,") for line in entered.splitlines() if line.strip(" ,"))
    if len(address) > LONGEST_ADDRESS or not address.isprintable():
        raise UnableToMeetThere("address", f"Keep the address to {LONGEST_ADDRESS} plain characters.")
    return address


def clean_places(entered: Sequence[str], room: str) -> list[str]:
    """This function will check the ways an advisor offers. Raises UnableToMeetThere."""
    chosen = [name for name in EVERY if name in entered]
    if not chosen:
        raise UnableToMeetThere("places", "Choose at least one way to meet.")
    if chosen == ["video"] and not room:
        raise UnableToMeetThere(
            "room", "Give the link of your video room, or choose another way to meet, too."
        )
    return chosen
