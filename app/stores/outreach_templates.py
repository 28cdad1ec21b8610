"""The beginnings of letters: those every house starts with, and what it made of them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, Text, func, select, text
from sqlalchemy.dialects.postgresql import insert

from app.domain.templates import DEFAULTS, Template
from app.stores.database import Transaction, shop_table

outreach_templates = shop_table(
    "outreach_templates",
    Column("template_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("retired", Boolean, nullable=False, server_default=text("false")),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    key=("template_id",),
)

_FIELDS = tuple(outreach_templates.c[name] for name in Template.__dataclass_fields__)


def every(tx: Transaction) -> list[Template]:
    """This function will list the beginnings in use: the house's own word before the one it started with."""
    rows = select(*_FIELDS).where(outreach_templates.c.shop_id == tx.shop_id)
    own = {row.template_id: Template(*row) for row in tx.execute(rows.order_by(outreach_templates.c.name))}
    started = [own.pop(each.template_id, each) for each in DEFAULTS]
    return [each for each in (*started, *own.values()) if not each.retired]


def put(tx: Transaction, template: Template, *, by: str) -> None:
    """This function will keep a beginning under its id."""
    row = {name: getattr(template, name) for name in Template.__dataclass_fields__} | {"changed_by": by}
    statement = insert(outreach_templates).values(shop_id=tx.shop_id, **row)
    changed = {**row, "changed_at": func.now()}
    tx.execute(statement.on_conflict_do_update(index_elements=["shop_id", "template_id"], set_=changed))
