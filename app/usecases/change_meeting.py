"""Change where an advisor's clients meet her, and what they read of the way there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.places import UnableToMeetThere, clean_address, clean_places, clean_room
from app.stores import advisors, shops
from app.stores.advisors import Advisor
from app.stores.database import Transaction


@dataclass(frozen=True, slots=True)
class Ways:
    """What was entered: the ways to meet and the video room, and, by the owner alone, what the house says."""

    places: Sequence[str]
    room: str
    address: str = ""
    writes_if_missed: bool = False


class UnableToChangeMeeting(Exception):
    """Nothing is changed; `problems` says why, by field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(", ".join(problems))
        self.problems = dict(problems)


def change_meeting(tx: Transaction, advisor: Advisor, ways: Ways) -> None:
    """This function will keep how an advisor can be met; the house's own words only from its owner.

    Appointments that are made keep their place; what is said of the way there is always today's. Raises
    UnableToChangeMeeting.
    """
    try:
        room, address = clean_room(ways.room), clean_address(ways.address)
        places = clean_places(ways.places, room)
    except UnableToMeetThere as error:
        raise UnableToChangeMeeting({error.field: str(error)}) from None
    advisors.change(tx, advisor.advisor_id, places=places, room=room)
    if advisor.role == "owner":
        shops.say_where(tx, address=address, writes_if_missed=ways.writes_if_missed)
