"""A house that brings its client book: files as other programs write them, and taking one in at once."""

from __future__ import annotations

import io
from uuid import UUID

from app.domain.client_book import BookMapping
from app.stores import client_books
from app.stores.client_books import ClientBook
from app.usecases.import_client_book import BookWork, ask_for_import, import_client_book
from app.usecases.read_client_book import read_client_book
from app.wiring import Services
from tests.conftest import NOW

HEADER = (
    "First Name,Last Name,Email,Mobile Phone,Sales Associate,Birthday,Anniversary,Spouse Name,Ring Size,"
    "Notes,Tags"
)
ALMA = (
    "Alma,Reyes,Alma@Clients.example,07700 900123,Ines Moreau,2 May 1981,14/06/2016,Tomas,M,"
    '"Loves platinum",VIP'
)
BRUNO = "Bruno,Conti,bruno@clients.example,,Sophie Gone,,,,,,"


def book_of(*rows: str, header: str = HEADER) -> bytes:
    """This function will write a book as a program would."""
    return "\n".join((header, *rows, "")).encode()


def bring(services: Services, shop_id: int, content: bytes, name: str = "clients.csv") -> UUID:
    """This function will bring a book, as far as its mapping."""
    with services.database.shop(shop_id) as tx:
        return read_client_book(tx, io.BytesIO(content), name, by="Staff member 1", now=NOW)


def work_of(services: Services, shop_id: int) -> BookWork:
    return BookWork(services.database, services.live, shop_id, services.clock, lease_seconds=60)


def take_in(
    services: Services, shop_id: int, content: bytes, mapping: BookMapping | None = None
) -> ClientBook:
    """This function will bring a book and take it in, as mapped by itself or as given."""
    book_id = bring(services, shop_id, content)
    with services.database.shop(shop_id) as tx:
        if mapping is not None:
            client_books.remap(tx, book_id, mapping)
        assert ask_for_import(tx, services.queue, book_id, now=NOW)
    import_client_book(work_of(services, shop_id), book_id)
    return read_one(services, shop_id, book_id)


def read_one(services: Services, shop_id: int, book_id: UUID) -> ClientBook:
    with services.database.shop(shop_id) as tx:
        book = client_books.one(tx, book_id)
    assert book is not None
    return book
