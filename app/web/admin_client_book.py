"""The client book a house brings along: its file, its columns, how it would be read, what came of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, BinaryIO, cast
from uuid import UUID

from flask import Response, render_template, request
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from app.domain.book_columns import FIELDS
from app.domain.book_dates import Order
from app.domain.book_text import MOST_BYTES, MOST_ROWS, TOO_LARGE, UnableToReadClientBook
from app.domain.client_book import BookMapping, problems_of
from app.stores import client_books, merges, shops
from app.stores.client_books import ClientBook
from app.stores.database import Transaction
from app.usecases.import_client_book import ask_for_import
from app.usecases.read_client_book import UnableToBringBook, guesses_of, preview, read_client_book
from app.web.admin_client_book_words import line_of, progress_of, report_of
from app.web.embedded import Merchant, merchant_signed_in
from app.web.serving import services
from scoring.wording import month_name

# What a form puts around the file it carries.
_AROUND_A_FILE = 64 * 1024
_UNDER_WAY = "Another book is being taken in. Bring this one when it is done."
_NO_FILE = "Choose a file first."


@merchant_signed_in
def show(merchant: Merchant) -> Response:
    """This function will show where a book can be brought, and the books that were."""
    with services().database.shop(merchant.shop_id) as tx:
        return _first_page(tx)


@merchant_signed_in
def bring(merchant: Merchant) -> Response:
    """This function will keep the file that was brought and show what its columns are taken for."""
    request.max_content_length = MOST_BYTES + _AROUND_A_FILE
    try:
        file = request.files.get("file")
    except RequestEntityTooLarge:
        file, problem = None, TOO_LARGE
    else:
        problem = "" if file is not None and file.filename else _NO_FILE
    if file is not None and not problem:
        try:
            with services().database.shop(merchant.shop_id) as tx:
                by, now = f"Staff member {merchant.user_id}", services().clock()
                book_id = read_client_book(
                    tx, cast(BinaryIO, file.stream), file.filename or "", by=by, now=now
                )
                return _book_page(tx, _book(tx, book_id))
        except UnableToReadClientBook as error:
            problem = str(error)
        except UnableToBringBook:
            problem = _UNDER_WAY
    with services().database.shop(merchant.shop_id) as tx:
        return _first_page(tx, problem=problem)


@merchant_signed_in
def one(merchant: Merchant, book_id: UUID) -> Response:
    """This function will show a book: its columns, how far it is, or what came of it."""
    with services().database.shop(merchant.shop_id) as tx:
        return _book_page(tx, _book(tx, book_id))


@merchant_signed_in
def change(merchant: Merchant, book_id: UUID) -> Response:
    """This function will keep what the columns hold, and show how it would be read or take the book in."""
    with services().database.shop(merchant.shop_id) as tx:
        book = _book(tx, book_id)
        mapping = _chosen(request.form, book)
        problems = problems_of(mapping, book.columns)
        if book.state in ("mapping", "failed"):
            client_books.remap(tx, book_id, mapping)
            book = replace(book, mapping=mapping)
        if problems:
            return _book_page(tx, book, problems=problems)
        if request.form.get("then") == "take_in":
            ask_for_import(tx, services().queue, book_id, now=services().clock())
        return _book_page(tx, _book(tx, book_id), previewed=request.form.get("then") != "take_in")


@merchant_signed_in
def progress(merchant: Merchant, book_id: UUID) -> Response:
    """This function will show how far a book is, as the part of its page that renews itself."""
    with services().database.shop(merchant.shop_id) as tx:
        so_far = _so_far(tx, _book(tx, book_id))
    return Response(render_template("admin/_client_book_progress.html", **so_far))


@merchant_signed_in
def remove(merchant: Merchant, book_id: UUID) -> Response:
    """This function will put a book away that was not taken in, with all that stands in it."""
    with services().database.shop(merchant.shop_id) as tx:
        gone = client_books.remove(tx, book_id)
        said = "The file is gone, and nothing of it was kept." if gone else ""
        return _first_page(tx, said=said, problem="" if gone else _UNDER_WAY)


@merchant_signed_in
def rejects(merchant: Merchant, book_id: UUID) -> Response:
    """This function will give the rows that were left out as CSV, safe to open in a spreadsheet."""
    with services().database.shop(merchant.shop_id) as tx:
        _book(tx, book_id)
        left_out = client_books.rejects_of(tx, book_id)
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(("line", "what happened", "why", "row"))
    for each in left_out:
        what = "taken in, in part" if each.taken_in else "not taken in"
        rows.writerow((each.line, what, _guarded(each.reason), _guarded(each.text)))
    # With a mark of its encoding, or a spreadsheet reads the accents wrongly.
    headers = {"Content-Disposition": 'attachment; filename="rows-left-out.csv"', "Cache-Control": "no-store"}
    return Response("\ufeff" + written.getvalue(), 200, headers, mimetype="text/csv")


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _book(tx: Transaction, book_id: UUID) -> ClientBook:
    book = client_books.one(tx, book_id)
    if book is None:
        raise NotFound
    return book


def _chosen(form: Mapping[str, str], book: ClientBook) -> BookMapping:
    places = range(len(book.columns))
    fields = {place: form.get(f"field-{place}", "") for place in places}
    chosen = {place: name for place, name in fields.items() if name in FIELDS}
    orders: dict[int, Order] = {}
    for place, name in chosen.items():
        said = form.get(f"order-{place}", "") if book.columns[place].asks_order else book.columns[place].order
        if FIELDS[name].is_day and said in ("day", "month"):
            orders[place] = cast(Order, said)
    return BookMapping(chosen, orders, form.get("calling_code", "").strip().removeprefix("+"))


def _first_page(tx: Transaction, *, problem: str = "", said: str = "") -> Response:
    books, zone = client_books.every(tx), shops.read(tx).timezone
    page = render_template(
        "admin/client_book.html",
        lines=[line_of(book, zone) for book in books],
        busy=any(book.state in client_books.UNDER_WAY for book in books),
        alike=merges.alike(tx, most=1)[1],
        most_megabytes=MOST_BYTES // 1024 // 1024,
        most_rows=MOST_ROWS,
        problem=problem,
        said=said,
    )
    return Response(page, 422 if problem else 200)


def _book_page(
    tx: Transaction,
    book: ClientBook,
    *,
    problems: Mapping[str, str] | None = None,
    previewed: bool = False,
) -> Response:
    if book.state not in ("mapping", "failed"):
        return Response(render_template("admin/client_book_report.html", book=book, **_so_far(tx, book)))
    open_questions = problems_of(book.mapping, book.columns)
    ahead = None
    if not open_questions:
        ahead = preview(tx, book, book.mapping, today=shops.read(tx).day(services().clock()))
    page = render_template(
        "admin/client_book_columns.html",
        book=book,
        columns=_columns(book, problems or {}),
        groups=_groups(),
        problems=problems or {},
        questions=len(open_questions),
        ahead=ahead,
        previewed=previewed,
        month_name=month_name,
    )
    return Response(page, 422 if problems else 200)


def _columns(book: ClientBook, problems: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "place": place,
            "name": column.name or f"Column {place + 1}",
            "filled": column.filled,
            "because": guessed.because,
            "field": book.mapping.fields.get(place, ""),
            "asks_order": column.asks_order,
            "order": book.mapping.orders.get(place, ""),
            "problem": problems.get(f"field-{place}", ""),
            "order_problem": problems.get(f"order-{place}", ""),
        }
        for place, (column, guessed) in enumerate(zip(book.columns, guesses_of(book), strict=True))
    ]


def _groups() -> dict[str, list[tuple[str, str]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for each in FIELDS.values():
        groups.setdefault(each.group, []).append((each.name, each.label))
    return groups


def _so_far(tx: Transaction, book: ClientBook) -> dict[str, Any]:
    return {
        "book_id": book.book_id,
        "told": progress_of(book, now=services().clock()),
        "report": report_of(book),
        "alike": merges.alike(tx, most=1)[1] if book.state == "done" else 0,
    }
