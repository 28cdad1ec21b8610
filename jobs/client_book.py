"""A client book is taken in: its row is the work, and what was left is swept up."""

from __future__ import annotations

from uuid import UUID

from app.stores import client_books
from app.usecases.import_client_book import BookWork, import_client_book
from jobs.each_shop import each_shop
from jobs.worker import services

# Longer than a sweep, so that a busy queue reaches it; short enough that the same question never piles up.
ASKED_FOR_SECONDS = 60


def take_in(shop_id: int, book_id: str) -> None:
    """This function will take a client book in, from where it was left."""
    parts = services()
    work = BookWork(
        database=parts.database,
        live=parts.live,
        shop_id=shop_id,
        clock=parts.clock,
        lease_seconds=parts.settings.lease_seconds,
    )
    import_client_book(work, UUID(book_id))


def sweep() -> int:
    """This function will ask again for each book that waits or whose lease ran out, and count them."""
    return each_shop(services().database, _sweep_shop)


def _sweep_shop(shop_id: int) -> int:
    parts = services()
    with parts.database.shop(shop_id) as tx:
        waiting = client_books.waiting(tx)
    for book_id in waiting:
        parts.queue.ask("jobs.client_book.take_in", shop_id, str(book_id), expires_after=ASKED_FOR_SECONDS)
    return len(waiting)
