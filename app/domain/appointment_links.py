"""What stands in a customer's link to one appointment: whose shop, which booking, and our signature."""

from __future__ import annotations

from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer


def link(url: str, secret: str, shop_id: int, booking_id: UUID) -> str:
    """This function will give the address at which one booking can be seen and changed.

    Web and worker make the same one. `url` is the product's own address, without a slash at its end.
    """
    return f"{url}/appointments/{_serializer(secret).dumps([shop_id, str(booking_id)])}"


def read(secret: str, token: str) -> tuple[int, UUID] | None:
    """This function will read which shop and booking a token is for; None where it is forged."""
    try:
        shop_id, booking_id = _serializer(secret).loads(token)
        return int(shop_id), UUID(booking_id)
    except (BadData, TypeError, ValueError):
        return None


def seems_to_mean(secret: str, token: str) -> tuple[int, UUID] | None:
    """This function will read what a damaged token was for, where that part of it is whole.

    Nobody vouches for it: whoever reads it may be told what anybody may know, and change nothing.
    """
    try:
        _, meant = _serializer(secret).loads_unsafe(token)
        shop_id, booking_id = meant
        return (int(shop_id), UUID(booking_id)) if 0 < int(shop_id) < 2**63 else None
    except (BadData, TypeError, ValueError, AttributeError, OverflowError):
        return None


def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="appointment")
