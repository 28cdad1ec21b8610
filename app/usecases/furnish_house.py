"""Take in a house as a document describes it: its people, and what is remembered of its customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from sqlalchemy import update

from app.domain.upgrades import HouseTerms
from app.stores import advisors, customers, kept_dates, rulebook, shops, terms
from app.stores.database import Database, Transaction
from app.usecases.hear_consent import hear_consent
from app.usecases.open_shop import open_shop
from scoring.decision import holdout_draw
from scoring.weights import Policy


def furnish_house(database: Database, domain: str, house: Mapping[str, Any], *, now: datetime) -> int:
    """This function will give a shop the advisors, customers, dates and notes of a house document.

    Answers the shop's id. The document is the sandbox's `house.json`; furnishing twice adds nothing twice.
    """
    named = {key: house["shop"][key] for key in ("name", "timezone", "currency")}
    shop_id = open_shop(database, domain, now=now, **named)
    with database.shop(shop_id) as tx:
        if any(advisor.name == house["advisors"][0]["name"] for advisor in advisors.every(tx)):
            return shop_id
        shops.describe(tx, **named)
        shops.say_where(tx, address=house["shop"].get("address", ""), writes_if_missed=False)
        staff = {advisor["name"]: _advisor(tx, advisor) for advisor in house["advisors"]}
        for customer in house["customers"]:
            _customer(tx, customer)
        for milestone in house["milestones"]:
            _milestone(tx, milestone)
        for note in house["notes"]:
            at = datetime.fromisoformat(note["at"])
            customers.add_note(
                tx, note["customer_id"], note["text"], at=at, advisor_id=staff[note["advisor"]]
            )
        _arms(tx, domain, house["experiment"])
        rules = replace(rulebook.read(tx).policy, **house["policy"])
        rulebook.change_policy(tx, rules, by=house["advisors"][0]["name"], now=now)
        if said := house.get("terms"):
            terms.add(tx, HouseTerms.from_record({"version": 1, **said}), by=house["advisors"][0]["name"])
    return shop_id


def _advisor(tx: Transaction, advisor: Mapping[str, Any]) -> int:
    about = {key: advisor[key] for key in ("name", "first_name", "email", "role", "timezone", "pronoun")}
    about["room"] = advisor.get("room", "")
    if advisor["role"] == "owner":
        advisor_id = advisors.owner(tx).advisor_id
        advisors.change(tx, advisor_id, **about)
    else:
        advisor_id = advisors.add(tx, **about)
    kept = [
        advisors.Hours(each["weekday"], time.fromisoformat(each["from"]), time.fromisoformat(each["to"]))
        for each in advisor["hours"]
    ]
    advisors.set_hours(tx, advisor_id, kept)
    return advisor_id


def _customer(tx: Transaction, customer: Mapping[str, Any]) -> None:
    names = {key: customer[key] for key in ("first_name", "last_name", "email")}
    customers.put(tx, customer["id"], **names)
    if customer.get("accepts_marketing"):
        at = datetime.fromisoformat(customer["created_at"])
        hear_consent(tx, customer["id"], "email", "subscribed", said_at=at)
    if customer["scoring_opt_out"]:
        table = customers.customers
        own = (table.c.shop_id == tx.shop_id, table.c.customer_id == customer["id"])
        tx.execute(update(table).where(*own).values(opted_out=True))


def _milestone(tx: Transaction, milestone: Mapping[str, Any]) -> None:
    keys = ("person", "occasion", "month", "day", "year", "provenance", "sensitive", "do_not_use")
    # What the customer said, or an advisor wrote down, is not inferred.
    customers.add_milestone(
        tx, milestone["customer_id"], confidence=1.0, **{key: milestone[key] for key in keys}
    )
    kept_dates.owe(tx, milestone["customer_id"])


def _arms(tx: Transaction, domain: str, wanted: Mapping[str, list[str]]) -> None:
    """Choose a salt under which the experiment's draw tells the demo's stories; nothing else is bent."""
    share = Policy().holdout_share

    def tells(salt: str) -> bool:
        def held_out(customer: str) -> bool:
            return holdout_draw(salt, rulebook.FIRST_EXPERIMENT, domain, customer) < share

        return all(map(held_out, wanted["held_out"])) and not any(map(held_out, wanted["invited"]))

    salt = next(salt for salt in map("demo-{}".format, range(100_000)) if tells(salt))
    table = rulebook.experiments
    tx.execute(update(table).where(table.c.shop_id == tx.shop_id).values(salt=salt))
