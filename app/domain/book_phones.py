"""Telephone numbers as client books write them, made comparable: country and digits (E.164)."""

from __future__ import annotations

import re
from hashlib import sha256

# Shortest and longest of what E.164 allows, country included; shorter ones are extensions of a house.
_LEAST_DIGITS, _MOST_DIGITS = 8, 15
_INTERNATIONAL = re.compile(r"\+|00(?=[1-9])")
# Italian numbers keep their first nought behind the country's code; everybody else's is a trunk prefix.
_KEEPS_NOUGHT = "39"

# Zone of a house → calling code of its country: what the mapping screen begins with; it can be changed.
# ITU-T E.164, list of assigned codes.
_CODES = {
    "Europe/London": "44", "Europe/Belfast": "44", "Europe/Dublin": "353", "Europe/Paris": "33",
    "Europe/Berlin": "49", "Europe/Vienna": "43", "Europe/Zurich": "41", "Europe/Rome": "39",
    "Europe/Madrid": "34", "Europe/Lisbon": "351", "Europe/Amsterdam": "31", "Europe/Brussels": "32",
    "Europe/Luxembourg": "352", "Europe/Copenhagen": "45", "Europe/Stockholm": "46", "Europe/Oslo": "47",
    "Europe/Helsinki": "358", "Europe/Warsaw": "48", "Europe/Prague": "420", "Europe/Budapest": "36",
    "Europe/Athens": "30", "Europe/Istanbul": "90", "Asia/Dubai": "971", "Asia/Kolkata": "91",
    "Asia/Singapore": "65", "Asia/Hong_Kong": "852", "Asia/Tokyo": "81", "Asia/Seoul": "82",
    "Pacific/Auckland": "64", "Africa/Johannesburg": "27", "America/Mexico_City": "52",
    "America/Sao_Paulo": "55", "America/Argentina/Buenos_Aires": "54",
}  # fmt: skip
_NORTH_AMERICAN = frozenset(
    f"America/{city}"
    for city in (
        "New_York", "Chicago", "Denver", "Los_Angeles", "Phoenix", "Anchorage", "Detroit", "Boise",
        "Toronto", "Vancouver", "Edmonton", "Winnipeg", "Halifax", "St_Johns", "Regina", "Montreal",
        "Puerto_Rico",
    )
) | {"Pacific/Honolulu"}  # fmt: skip


class UnableToReadPhone(ValueError):
    """A text is no telephone number; the message is the reason."""


def calling_code_of(zone: str) -> str:
    """This function will suggest the calling code of a house by its zone; "" where it is not known."""
    if zone in _NORTH_AMERICAN:
        return "1"
    return "61" if zone.startswith("Australia/") else _CODES.get(zone, "")


def read_phone(text: str, calling_code: str) -> str:
    """This function will read a number as "+447700900123"; "" where there is none.

    Raises UnableToReadPhone; also where no country stands before it and `calling_code` is "".
    """
    plain = text.strip().removeprefix("'").replace("(0)", "")
    if not plain:
        return ""
    digits = "".join(each for each in plain if each.isascii() and each.isdigit())
    if any(each.isalpha() for each in plain) or not digits:
        raise UnableToReadPhone("a telephone number that cannot be read")
    if found := _INTERNATIONAL.match(plain.lstrip("( ")):
        whole = digits.removeprefix("00") if found[0] == "00" else digits
    elif calling_code:
        whole = _national(digits, calling_code)
    else:
        raise UnableToReadPhone("a telephone number without its country")
    if not _LEAST_DIGITS <= len(whole) <= _MOST_DIGITS:
        raise UnableToReadPhone("a telephone number of an unlikely length")
    return f"+{whole}"


def _national(digits: str, code: str) -> str:
    if code == "1":  # there, the code itself is what one dials first
        return digits if len(digits) == 11 and digits.startswith("1") else f"1{digits}"
    return code + (digits if code == _KEEPS_NOUGHT else digits.removeprefix("0"))


def looks_like_phone(text: str) -> bool:
    """This function will say whether a text can be a telephone number of some country."""
    try:
        # A long row of bare digits is rather a number of a record.
        return bool(read_phone(text, "44")) and (len(text.strip()) <= 11 or not text.strip().isdigit())
    except UnableToReadPhone:
        return False


def provisional_id_of_phone(phone: str) -> str:
    """This function will name a customer of whom only the number is known, until Shopify's own id comes."""
    return f"phone:{sha256(phone.encode()).hexdigest()[:32]}"
