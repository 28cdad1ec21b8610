"""The merchant brings a client book: a file, its columns, how it would be read, and what came of it."""

from __future__ import annotations

import io
import re
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from app.domain.order_values import provisional_customer_id
from app.stores import client_books, customers
from app.usecases.import_client_book import import_client_book
from app.wiring import Services
from tests.usecases.alder import open_alder
from tests.usecases.book_house import ALMA, BRUNO, book_of, work_of
from tests.web.merchant import Merchant

PLAIN = book_of(ALMA, BRUNO)


@pytest.fixture
def shop_id(services: Services) -> int:
    return open_alder(services.database).shop_id


def brings(merchant: Merchant, content: bytes, name: str = "clients.csv") -> TestResponse:
    headers = {"Authorization": f"Bearer {merchant.token()}", "HX-Request": "true"}
    form = {"file": (io.BytesIO(content), name)}
    return merchant.client.post(
        "/admin/client-book", data=form, headers=headers, content_type="multipart/form-data"
    )


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def chosen(page: str) -> dict[str, str]:
    """What the form of the columns would send as it stands."""
    form = {}
    for name, options in re.findall(r'<select id="(field-\d+)".*?>(.*?)</select>', page, re.S):
        selected = re.search(r'value="([^"]*)" selected', options)
        form[name] = selected[1] if selected else ""
    form["calling_code"] = (re.search(r'name="calling_code" type="text" value="(\d*)"', page) or [""])[1]
    return form


def book_id_of(services: Services, shop_id: int) -> UUID:
    with services.database.shop(shop_id) as tx:
        return client_books.every(tx)[0].book_id


def test_a_book_is_brought_read_and_taken_in(merchant: Merchant, services: Services, shop_id: int) -> None:
    assert "No book has been brought yet" in merchant.opens("/admin/client-book").text
    columns = brings(merchant, PLAIN)
    assert columns.status_code == 200
    assert "2 rows, 11 columns. Nothing has been taken in yet." in words(columns.text)
    assert "By its name, and 2 of 2 values look so." in words(columns.text)
    book_id = book_id_of(services, shop_id)
    form = chosen(columns.text)
    assert (form["field-2"], form["field-5"], form["calling_code"]) == ("email", "birthday", "44")
    looked = merchant.sends(f"/admin/client-book/{book_id}", {**form, "then": "look"})
    assert "This is how it would be read." in looked.text
    assert "Of 2 rows, 2 can be read whole, 0 in part, and 0 not at all." in words(looked.text)
    asked = merchant.sends(f"/admin/client-book/{book_id}", {**form, "then": "take_in"})
    assert (
        "0 of 2 rows so far. It begins once other long work is done. You can leave this page; it goes on."
        in words(asked.text)
    )
    assert f'hx-get="/admin/client-book/{book_id}/progress"' in asked.text
    import_client_book(work_of(services, shop_id), book_id)
    done = merchant.opens(f"/admin/client-book/{book_id}/progress")
    assert "Of 2 rows: 1 known to the shop, 1 new to it, 0 left out." in words(done.text)
    assert "hx-get" not in done.text
    assert "nobody here is called so: Sophie Gone (1)" in words(done.text)
    assert "2 rows of 2 taken in" in words(merchant.opens("/admin/client-book").text)


WRONG = {
    b"": "The file is empty.",
    b"\n\n": "The file is empty.",
    b"PK\x03\x04rest of a spreadsheet": "The file is a spreadsheet or a document.",
    b"Name\nAlma\n": "The file has one column only.",
    b"Alma,Reyes,alma@clients.example\nBruno,Conti,b@x.example\n": "The first line holds a client",
    b"Name,Email\n": "no client stands below",
}


@pytest.mark.parametrize("content", list(WRONG), ids=list(WRONG.values()))
def test_a_file_that_is_none_is_said_and_leaves_nothing(
    merchant: Merchant, services: Services, shop_id: int, content: bytes
) -> None:
    answer = brings(merchant, content)
    assert answer.status_code == 422
    assert WRONG[content] in words(answer.text)
    assert "Nothing was kept of the file" in words(answer.text)
    with services.database.shop(shop_id) as tx:
        assert client_books.every(tx) == []


def test_a_file_that_is_too_large_is_refused_before_it_is_read(merchant: Merchant) -> None:
    headers = {"Authorization": f"Bearer {merchant.token()}", "HX-Request": "true"}
    answer = merchant.client.post(
        "/admin/client-book",
        data=b"--b\r\n",  # it is told to be larger than it is: what it holds is not looked at
        headers=headers,
        environ_overrides={"CONTENT_LENGTH": str(25 * 1024 * 1024)},
        content_type="multipart/form-data; boundary=b",
    )
    assert answer.status_code == 422
    assert "larger than 24 MB" in words(answer.text)


def test_no_file_at_all_is_asked_for(merchant: Merchant) -> None:
    answer = merchant.sends("/admin/client-book", {})
    assert answer.status_code == 422
    assert "Choose a file first." in answer.text


def test_the_order_of_day_and_month_is_asked_where_the_values_do_not_prove_it(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    content = book_of("a@x.example,03/04/1980", "b@x.example,05/06/1981", header="Email,Birthday")
    page = brings(merchant, content).text
    assert "Which comes first in these dates?" in page
    book_id, form = book_id_of(services, shop_id), chosen(page)
    refused = merchant.sends(f"/admin/client-book/{book_id}", {**form, "then": "take_in"})
    assert refused.status_code == 422
    assert "Say which comes first" in refused.text
    told = {**form, "order-1": "month", "then": "look"}
    assert "Birthday: 4 March" in words(merchant.sends(f"/admin/client-book/{book_id}", told).text)
    again = merchant.opens(f"/admin/client-book/{book_id}").text
    assert 'name="order-1" value="month" checked' in again, "what was chosen is kept"


def test_two_columns_of_one_kind_and_none_that_names_anybody_are_said(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    content = book_of("Alma,Reyes,a@x.example", header="One,Two,Three")
    page = brings(merchant, content).text
    book_id = book_id_of(services, shop_id)
    twice = {"field-0": "first_name", "field-1": "first_name", "field-2": "email", "calling_code": ""}
    answer = merchant.sends(f"/admin/client-book/{book_id}", twice)
    assert answer.text.count("Two columns are read as “First name”. Choose one.") == 2
    nobody = {"field-0": "first_name", "field-1": "last_name", "field-2": "", "calling_code": ""}
    assert "nobody is known by a name alone" in merchant.sends(f"/admin/client-book/{book_id}", nobody).text
    assert "3 columns" in page


def test_what_was_left_out_comes_as_a_file_that_no_spreadsheet_runs(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    evil = '=HYPERLINK("http://x.example"),,,,,,,,,,'
    page = brings(merchant, book_of(BRUNO, evil)).text
    book_id = book_id_of(services, shop_id)
    merchant.sends(f"/admin/client-book/{book_id}", {**chosen(page), "then": "take_in"})
    import_client_book(work_of(services, shop_id), book_id)
    answer = merchant.opens(f"/admin/client-book/{book_id}/rejects")
    assert answer.mimetype == "text/csv"
    assert '3,not taken in,"no e-mail, telephone' in answer.text
    assert "\"'=HYPERLINK" in answer.text


def test_a_book_is_put_away_with_all_that_stands_in_it(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    brings(merchant, PLAIN)
    book_id = book_id_of(services, shop_id)
    assert "The file is gone" in merchant.sends(f"/admin/client-book/{book_id}/remove", {}).text
    assert merchant.opens(f"/admin/client-book/{book_id}").status_code == 404
    with services.database.shop(shop_id) as tx:
        assert client_books.every(tx) == []


def test_while_a_book_is_taken_in_another_waits(merchant: Merchant, services: Services, shop_id: int) -> None:
    page = brings(merchant, PLAIN).text
    book_id = book_id_of(services, shop_id)
    merchant.sends(f"/admin/client-book/{book_id}", {**chosen(page), "then": "take_in"})
    assert "Another book is being taken in." in brings(merchant, PLAIN).text
    assert merchant.sends(f"/admin/client-book/{book_id}/remove", {}).status_code == 422


def test_two_who_share_a_telephone_are_proposed_and_made_one(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    brunos = provisional_customer_id("bruno@clients.example")
    with services.database.shop(shop_id) as tx:
        customers.put(tx, "7002", first_name="Bruno", last_name="Conti")
        customers.put(tx, brunos, first_name="Bruno", last_name="Conti", email="bruno@clients.example")
        tx.execute(customers.customers.update().values(phone="+447700900777"))
        tx.execute(
            customers.customers.update().where(customers.customers.c.customer_id == "7001").values(phone="")
        )
        customers.add_note(tx, brunos, "Asked for a watch", at=services.clock())
    page = merchant.opens("/admin/client-book/duplicates").text
    assert "They share the same telephone." in words(page)
    assert 'name="kept" value="7002" checked' in page, "Shopify’s own number is the one to stay"
    form = {"one": "7002", "other": brunos, "kept": "7002", "answer": "one"}
    assert "They are one client now" in merchant.sends("/admin/client-book/duplicates", form).text
    with services.database.shop(shop_id) as tx:
        assert customers.one(tx, "7002").email == "bruno@clients.example"
        assert len(customers.notes_of(tx, "7002")) == 1
    late = merchant.sends("/admin/client-book/duplicates", form)
    assert late.status_code == 422
    assert "somebody was quicker" in late.text


def test_two_people_are_not_asked_about_again(merchant: Merchant, services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        customers.put(tx, "7002", first_name="Tomas", last_name="Reyes", email="ALMA@clients.example")
    form = {"one": "7001", "other": "7002", "kept": "7001", "answer": "two"}
    answer = merchant.sends("/admin/client-book/duplicates", form).text
    assert "Kept as two people." in answer
    assert "Nobody to compare" in answer
    assert "may be one person" not in merchant.opens("/admin/client-book").text
