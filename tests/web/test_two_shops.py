"""A journey over HTTP with two shops: one's people try every door, job and export with the other's ids.

Each endpoint and each job has its plan here; one without fails, so that a new one is thought of. That the
tries are real is proved too: made by the shop itself with its own ids, each shows or changes something.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.factory import create_app
from app.queue import JOB_NAMES
from app.shopify.errors import UnableToAskShopify
from app.stores import exports
from app.usecases.export_customer import export_customer
from app.web import appointment, sign_in, unsubscribe
from app.web.own_page import form_token
from app.wiring import Services
from tests.conftest import NOW
from tests.web import proxy
from tests.web.merchant import good_token
from tests.web.two_houses import SHARED, House, everything_of, open_house, traces_of, uuids_of
from tests.web.two_houses_plans import (
    AS_JSON,
    BY_ITS_OWN_PERSON,
    JOBS,
    LAST,
    NAMELESS,
    OF_NO_SHOP,
    PLANS,
    SWEEP,
    Form,
    a_policy,
    an_advisor,
)
from tests.webhooks.told import as_body, signed
from webhooks.topics import TOPICS


@dataclass
class Street:
    """Alder and Birch, both full, and what was sent and asked for."""

    services: Services
    app: Flask
    alder: House
    birch: House
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def rules(self) -> list[tuple[Rule, str]]:
        """Every way in: those that only read first, what undoes others' tries last."""
        ways = [
            (rule, method)
            for rule in self.app.url_map.iter_rules()
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]
        return sorted(ways, key=_turn)


def _turn(way: tuple[Rule, str]) -> tuple[int, bool, str]:
    rule, method = way
    last = LAST.index(rule.endpoint) + 1 if rule.endpoint in LAST else 0
    return last, method != "GET", rule.endpoint


@pytest.fixture
def street(services: Services) -> Street:
    app, numbers = create_app(services=services), itertools.count(8_800_200_200, 7)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client(use_cookies=False)
    alder, birch = (open_house(services, client, who, numbers) for who in ("Alder", "Birch"))
    made = Street(services, app, alder, birch)

    def ask(name: str, *ids: Any, expires_after: int | None = None) -> None:
        made.asked.append((name, *ids))

    services.queue.ask = ask  # type: ignore[method-assign]  # a test looks at what is asked for
    return made


class Asker:
    """Somebody of one house, at any door: merchant, owner at the desk, shopper, with the ids of another."""

    def __init__(self, street: Street, of: House, ids: House) -> None:
        self.street, self.of, self.ids = street, of, ids
        self.client = street.app.test_client(use_cookies=False)
        self.sent: set[str] = set()

    def tries(self, rule: Rule, method: str) -> Iterator[TestResponse]:
        """Make every try at one address."""
        for values in self._values(rule):
            with self.street.app.test_request_context():
                path = rule.build(values, append_unknown=False)
            assert path is not None, rule
            yield from self._at(rule, method, str(path[1]))

    def _values(self, rule: Rule) -> Iterator[dict[str, Any]]:
        names = sorted(rule.arguments)
        for chosen in itertools.product(*(self._kinds(rule, name) for name in names)):
            self.sent |= {str(each) for each in chosen}
            yield dict(zip(names, chosen, strict=True))

    def _kinds(self, rule: Rule, name: str) -> list[Any]:
        """Every id that could stand there."""
        if name in ("shop_id", "secret"):  # its own number, and what only the other's advisor knows
            return [self.of.shop_id if name == "shop_id" else self.ids.secret]
        converter = type(rule._converters[name]).__name__
        if converter == "UUIDConverter":
            return list(uuids_of(self.ids))
        if converter == "IntegerConverter":
            # One's own advisor too, with what the form says of the other house.
            return list(dict.fromkeys((self.ids.owner, self.ids.ines, self.of.ines)))
        if name == "customer_id":
            return [self.ids.own, SHARED]
        if name == "token":
            return self._tokens()
        return ["admin.css" if rule.endpoint == "static" else str(self.ids.booking)]

    def _tokens(self) -> list[str]:
        """Links as only we sign them, for a row of the other house under this one's number."""
        with self.street.app.test_request_context():
            appointments = appointment.link(self.of.shop_id, self.ids.booking).rpartition("/")[2]
            letter = self.ids.filled["outreach"]["outreach_id"]
            no_more = unsubscribe.link(self.of.shop_id, letter).rpartition("/")[2]
            desk = sign_in._serializer().dumps([[[self.of.shop_id, self.ids.ines]], "/desk", uuid4().hex])
        return [appointments, no_more, str(desk), str(self.ids.booking)]

    def _at(self, rule: Rule, method: str, path: str) -> Iterator[TestResponse]:
        guard = getattr(self.street.app.view_functions[rule.endpoint], "guarded_by", "open")
        form = {**self._every_id(), **PLANS[rule.endpoint](self.ids)}
        self.sent |= {each for each in form.values() if isinstance(each, str)}
        match guard:
            case "merchant":
                yield self._merchant(method, path, form)
                if method == "GET":
                    yield self._merchant(method, path, form, bare=True)
            case "advisor":
                yield self._advisor(method, path, form, as_json=rule.endpoint in AS_JSON)
            case "app_proxy":
                for customer in (self.of.own, SHARED, self.ids.own):
                    self.sent.add(customer)
                    yield self._shopper(rule, method, path, customer)
            case _:
                yield self.client.open(
                    path, method=method, data=form, query_string=self._query(), buffered=True
                )

    def _every_id(self) -> Form:
        told = {name: str(known[-1]) for name, known in self.ids.ids.items() if known}
        return {**told, "shop": self.ids.domain, "shop_id": str(self.ids.shop_id)}

    def _query(self) -> dict[str, str]:
        """What an address may claim, and must not be believed."""
        looked_for = {"q": "Zoe", "of": str(self.ids.ines), "domain": self.ids.domain}
        return {**self._every_id(), **looked_for, "before": str(self.ids.offer)}

    def _merchant(self, method: str, path: str, form: Form, *, bare: bool = False) -> TestResponse:
        token = good_token(self.street.services.settings, self.of.domain)
        headers = {"Authorization": f"Bearer {token}", "X-Shopify-Shop-Domain": self.ids.domain}
        sent: Form = {"data": form} if method != "GET" else {}
        query = {} if bare else self._query()
        return self.client.open(path, method=method, headers=headers, query_string=query, **sent)

    def _advisor(self, method: str, path: str, form: Form, *, as_json: bool = False) -> TestResponse:
        client = self.street.app.test_client()
        with client.session_transaction("/desk") as session:
            session.update(shop_id=self.of.shop_id, advisor_id=self.of.owner)
        sent: Form = {"json" if as_json else "data": form} if method != "GET" else {}
        return client.open(path, method=method, query_string=self._query(), **sent)

    def _shopper(self, rule: Rule, method: str, path: str, customer: str) -> TestResponse:
        query = proxy.signed(customer, shop=self.of.domain, shop_id=str(self.ids.shop_id))
        body = PLANS[rule.endpoint](self.ids)
        sent: Form = {}
        if method != "GET" and rule.endpoint.startswith("own_page."):
            with self.street.app.test_request_context():
                sent = {"data": {**body, "token": form_token(self.of.shop_id, customer)}}
        elif method != "GET":
            sent = {"json": body}
        return self.client.open(f"{path}?{query}", method=method, **sent)


def shown_of(house: House, answer: TestResponse, *, sent: tuple[str, ...] = ()) -> list[str]:
    """What an answer shows of a house. Nothing can be read in a PDF, so that each one counts."""
    if answer.mimetype == "application/pdf":
        return ["a PDF"]
    return traces_of(house, said(answer) if sent else answer.text, sent=sent)


def said(answer: TestResponse) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers if name != "Content-Length")
    return f"{headers}\n{answer.text}"


def changed(before: dict[str, list[str]], after: dict[str, list[str]]) -> list[str]:
    return [name for name in before if before[name] != after[name]]


def test_every_endpoint_and_every_job_has_a_plan(street: Street) -> None:
    assert {rule.endpoint for rule in street.app.url_map.iter_rules()} == set(PLANS)
    assert set(JOBS) == set(JOB_NAMES)


def test_MISSING_TENANT_ISOLATION(street: Street) -> None:  # noqa: N802  Shopify's name
    """No door shows one shop anything of another, or changes it, whatever ids are brought."""
    asker, found = Asker(street, of=street.alder, ids=street.birch), []
    for rule, method in street.rules():
        street.birch.leave_for(street.services, rule.endpoint)
        before = everything_of(street.services, street.birch)
        for answer in asker.tries(rule, method):
            if answer.status_code >= 500:
                found.append(f"{method} {rule} answers {answer.status_code}")
            if traces := shown_of(street.birch, answer, sent=tuple(asker.sent)):
                found.append(f"{method} {rule} shows {traces}")
        after = everything_of(street.services, street.birch)
        touched = changed(before, after)
        if touched and rule.endpoint not in BY_ITS_OWN_PERSON:
            found.append(f"{method} {rule} changes {touched}")
    assert found == []
    others = {each[0] for each in street.asked if each[1] != street.alder.shop_id}
    assert others == {"jobs.post.send"}, "the sign-in letter alone"
    assert _kept_of(street, asker) == []


def _kept_of(street: Street, asker: Asker) -> list[str]:
    """Tables of Alder in which something of Birch's stands that nobody sent."""
    kept = everything_of(street.services, street.alder)
    sent = tuple(asker.sent)
    return [name for name, rows in kept.items() if traces_of(street.birch, "\n".join(rows), sent=sent)]


def test_each_try_shows_or_changes_something_where_the_ids_are_ones_own(street: Street) -> None:
    asker, silent = Asker(street, of=street.birch, ids=street.birch), []
    for rule, method in street.rules():
        street.birch.leave_for(street.services, rule.endpoint)
        before = everything_of(street.services, street.birch)
        shows = [answer for answer in asker.tries(rule, method) if shown_of(street.birch, answer)]
        after = everything_of(street.services, street.birch)
        if not shows and not changed(before, after):
            silent.append(rule.endpoint)
    assert set(silent) == OF_NO_SHOP | NAMELESS


def test_REQUEST_DERIVED_SHOP_SCOPE(street: Street) -> None:  # noqa: N802  Shopify's name
    """Who asks says which shop; parameters, headers and bodies that name another are not believed."""
    asker = Asker(street, of=street.alder, ids=street.birch)
    home = asker._merchant("GET", "/admin", {})
    assert ">Alder<" in home.text
    assert street.birch.domain not in home.headers["Content-Security-Policy"]
    desk = asker._advisor("GET", f"/desk/clients/{SHARED}", {})
    assert "Alder customers first_name" in desk.text, "two houses may know a client by the same number"
    assert "Birch" not in desk.text
    query = proxy.signed(SHARED, shop=street.alder.domain)
    for more in (f"shop={street.birch.domain}", "logged_in_customer_id=1"):
        assert asker.client.get(f"/proxy/offers/{street.birch.offer}/slots?{query}&{more}").status_code == 401


def test_UNSCOPED_SHOP_CONFIG_WRITE(street: Street) -> None:  # noqa: N802  Shopify's name
    """What a merchant sets is set for the shop that its token names, and for no other."""
    asker = Asker(street, of=street.alder, ids=street.birch)
    before = [everything_of(street.services, house) for house in (street.alder, street.birch)]
    for path, form in (
        ("/admin/policy", a_policy(street.birch)),
        ("/admin/steps", {"steps": "hidden"}),
        ("/admin/embed", {"state": "off"}),
        ("/admin/pieces/placings", {"name": "a kind of ours", "kind": "brooch"}),
        ("/admin/advisors/new", an_advisor(street.birch)),
    ):
        assert asker._merchant("POST", path, {**asker._every_id(), **form}).status_code < 400, path
    after = [everything_of(street.services, house) for house in (street.alder, street.birch)]
    assert {"policies", "onboarding", "placings", "advisors"} <= set(changed(before[0], after[0]))
    assert changed(before[1], after[1]) == []


def test_figures_of_one_shop_count_nothing_of_another(street: Street) -> None:
    asker = Asker(street, of=street.alder, ids=street.birch)
    with_birch = asker._merchant("GET", "/admin/readiness", {}, bare=True).text
    with street.services.database.shop(street.birch.shop_id) as tx:
        tx.execute(text("delete from orders"))
        tx.execute(text("delete from milestones"))
    assert asker._merchant("GET", "/admin/readiness", {}, bare=True).text == with_birch


def test_a_link_signed_for_anothers_seat_seats_nobody(street: Street) -> None:
    """Only we sign links; one for this shop's number and the other's advisor would be empty."""
    for of, ids, status in ((street.alder, street.birch, 410), (street.birch, street.birch, 303)):
        link = Asker(street, of=of, ids=ids)._tokens()[2]
        answer = street.app.test_client().post(f"/desk/sign-in/{link}", data={"seat": "0"})
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (status, status == 303)


# --- webhooks


def webhook_about(house: House, shop: House) -> Form:
    """A body that names every id of a house, signed for another shop."""
    order, product = house.filled["orders"]["order_id"], house.filled["products"]["product_id"]
    customer = {"id": int(house.own), "email": f"zoe@{house.who}.example", "phone": None}
    line = {"id": 1, "product_id": int(product), "title": "x", "price": "1.00", "quantity": 1}
    return {
        "shop_domain": shop.domain,
        "myshopify_domain": shop.domain,
        "shop_id": house.shop_id,
        "customer": customer,
        "email": customer["email"],
        "customerId": f"gid://shopify/Customer/{house.own}",
        "admin_graphql_api_customer_id_kept": f"gid://shopify/Customer/{SHARED}",
        "admin_graphql_api_customer_id_deleted": f"gid://shopify/Customer/{house.own}",
        "orders_to_redact": [int(order)],
        "orders_requested": [int(order)],
        "data_request": {"id": 9},
        "order_id": int(order),
        "order_edit": {"order_id": int(order)},
        "tags": ["vip"],
        "line_items": [{**line, "current_quantity": 1, "gift_card": False, "properties": []}],
        "created_at": "2026-11-20T09:00:00Z",
        "processed_at": "2026-11-20T09:00:00Z",
        "updated_at": "2026-11-20T09:00:00Z",
        "currency": "GBP",
    }


ENDS_THE_SHOP = ("app/uninstalled", "shop/redact")


def test_no_webhook_for_one_shop_touches_another(street: Street, every_job: Callable[..., object]) -> None:
    told = webhook_about(street.birch, street.alder)
    birch, client = street.birch, street.app.test_client()
    before = everything_of(street.services, birch)
    ids = [
        int(birch.own),
        int(birch.filled["orders"]["order_id"]),
        int(birch.filled["products"]["product_id"]),
    ]
    for topic in sorted(TOPICS, key=lambda topic: (topic in ENDS_THE_SHOP, topic)):
        for number in ids:
            body = as_body({**told, "id": number, "admin_graphql_api_id": f"gid://shopify/Any/{number}"})
            mark = str(uuid4())
            headers = signed(body, topic, Shop_Domain=street.alder.domain, Webhook_Id=mark)
            assert client.post("/webhooks", data=body, headers=headers).status_code == 200, topic
            every_job("jobs.inbox.work_on", street.alder.shop_id)
    assert changed(before, everything_of(street.services, birch)) == []


def test_what_is_signed_for_one_shop_is_not_taken_in_anothers_name(street: Street) -> None:
    body = as_body(webhook_about(street.birch, street.alder))
    headers = signed(body, "customers/redact", Shop_Domain=street.birch.domain)
    assert street.app.test_client().post("/webhooks", data=body, headers=headers).status_code == 401


# --- jobs and exports


@pytest.fixture
def every_job(street: Street, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """The way to work on a job in this process."""
    from importlib import import_module

    for module in {name.rpartition(".")[0] for name in JOB_NAMES}:
        monkeypatch.setattr(import_module(module), "services", lambda: street.services)

    def work(name: str, *arguments: Any) -> object:
        module, _, function = name.rpartition(".")
        return getattr(import_module(module), function)(*arguments)

    return work


def test_a_job_for_one_shop_does_nothing_to_another(street: Street, every_job: Callable[..., object]) -> None:
    shops_asked_about, found = _listen(street), []
    for name, plan in JOBS.items():
        street.birch.leave_for(street.services, name)
        before = everything_of(street.services, street.birch)
        for ids in plan(street.birch) if plan else []:
            # A job may fail in its own words; what it fails with is not another shop's.
            with suppress(UnableToAskShopify, SQLAlchemyError):
                every_job(name, street.alder.shop_id, *ids)
        after = everything_of(street.services, street.birch)
        found += [f"{name} changes {table}" for table in changed(before, after)]
    assert found == []
    assert shops_asked_about == {street.alder.domain}
    assert {each[1] for each in street.asked} <= {street.alder.shop_id}


def test_each_job_does_something_where_the_ids_are_ones_own(
    street: Street, every_job: Callable[..., object]
) -> None:
    asked_about, idle = _listen(street), []
    for name, plan in JOBS.items():
        street.birch.leave_for(street.services, name)
        before = everything_of(street.services, street.birch)
        asked_about.clear()
        for ids in plan(street.birch) if plan else []:
            with suppress(UnableToAskShopify, SQLAlchemyError):
                every_job(name, street.birch.shop_id, *ids)
        after = everything_of(street.services, street.birch)
        if plan and not asked_about and not changed(before, after):
            idle.append(name)
    assert idle == []


def _listen(street: Street) -> set[str]:
    """Hear which shop Shopify is asked about."""
    hosts: set[str] = set()
    street.services.http.event_hooks["request"] = [lambda request: hosts.add(request.url.host)]
    return hosts


def test_a_sweep_asks_for_each_shops_work_with_that_shops_ids(
    street: Street, every_job: Callable[..., object]
) -> None:
    for name in (name for name in JOB_NAMES if JOBS[name] is SWEEP):
        every_job(name)
    assert {each[1] for each in street.asked} == {street.alder.shop_id, street.birch.shop_id}
    shops = {house.shop_id: house for house in (street.alder, street.birch)}
    for name, shop_id, *ids in street.asked:
        other = street.birch if shop_id == street.alder.shop_id else street.alder
        assert shops[shop_id] is not other
        assert traces_of(other, " ".join(map(str, ids))) == [], name
    for own, other in ((street.alder, street.birch), (street.birch, street.alder)):
        kept = "\n".join(itertools.chain(*everything_of(street.services, own).values()))
        assert traces_of(other, kept) == []


def test_an_export_holds_nothing_of_another_shops_client(street: Street) -> None:
    """Asked for by the other's ids or address, or by a number that both know."""
    parts, birch = street.services, street.birch
    before = everything_of(parts, birch)
    with parts.database.shop(street.alder.shop_id) as tx:
        for customer_id, email in ((birch.own, ""), ("", birch.email), (SHARED, birch.email), (SHARED, "")):
            export_customer(tx, parts.live, customer_id, email=email, asked_at=NOW, now=NOW)
        written = [exports.open_one(tx, each.export_id, now=NOW) for each in exports.every(tx)]
    told = json.dumps([each.content for each in written if each is not None], default=str)
    assert "Alder customers first_name" in told
    assert traces_of(birch, told, sent=(birch.own, birch.email)) == []
    assert changed(before, everything_of(parts, birch)) == []
