"""The house's order book: lines as they were rung up, and the canonical CSV they are written to."""

from __future__ import annotations

import csv
import math
import random
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from app.sandbox import season
from app.sandbox.catalogue import Product

COLUMNS = (
    "order_id",
    "customer_id",
    "ordered_at",
    "title",
    "kind",
    "product_type",
    "tags",
    "price",
    "currency",
    "quantity",
    "status",
    "source",
    "staff",
    "engraving",
)
FIRST_ORDER = 100_001
INFLATION = 0.03  # prices of today, three per cent lower for each year back: a guess of November 2026


@dataclass
class Line:
    """One line of one order."""

    order_id: int
    customer_id: int
    at: datetime
    title: str
    product_type: str
    tags: tuple[str, ...]
    price: float
    quantity: int = 1
    status: str = "paid"
    source: str = "web"
    staff: str = ""
    engraving: str = ""
    kind: str = ""

    def row(self) -> dict[str, str]:
        """Say it in the canonical columns."""
        return {
            "order_id": str(self.order_id),
            "customer_id": str(self.customer_id),
            "ordered_at": self.at.isoformat(),
            "title": self.title,
            "kind": self.kind,
            "product_type": self.product_type,
            "tags": ", ".join(self.tags),
            "price": f"{self.price:.2f}",
            "currency": "GBP",
            "quantity": str(self.quantity),
            "status": self.status,
            "source": self.source,
            "staff": self.staff,
            "engraving": self.engraving,
        }


@dataclass
class Ledger:
    """Collects orders of the past, never one of the future, and numbers them in the order of their days."""

    dice: random.Random
    today: date
    lines: list[Line] = field(default_factory=list)
    _orders: int = 0

    def sell(
        self,
        customer_id: int,
        day: date,
        *pieces: Product,
        staff: str = "",
        engraving: str = "",
        status: str = "paid",
        quantity: int = 1,
        share: float = 1.0,
    ) -> bool:
        """Ring up one order; a day that has not come yet sells nothing."""
        if day >= self.today:
            return False
        self._orders += 1
        at = season.moment(self.dice, day, counter=bool(staff))
        for piece in pieces:
            self.lines.append(
                Line(
                    self._orders,
                    customer_id,
                    at,
                    piece.title,
                    piece.product_type,
                    piece.tags,
                    self._price(piece, day) * share,
                    quantity,
                    status,
                    "pos" if staff else "web",
                    staff,
                    engraving,
                    self._kind(piece),
                )
            )
            engraving = ""  # it is on the first piece
        return True

    def service(self, customer_id: int, day: date, title: str, price: float, staff: str) -> None:
        """Ring up work rather than a piece: a repair, a resizing, a gift card."""
        if day < self.today:
            self._orders += 1
            at = season.moment(self.dice, day, counter=True)
            self.lines.append(
                Line(
                    self._orders,
                    customer_id,
                    at,
                    title,
                    "Services",
                    ("service",),
                    price,
                    source="pos",
                    staff=staff,
                )
            )

    def give_back(self, line: Line, days: int) -> None:
        """Take a line back: the sale is marked returned, and the return is a line of its own."""
        day = season.shifted(line.at.date(), days)
        if day >= self.today:
            return
        line.status = "returned"
        at = season.moment(self.dice, day, counter=line.source == "pos")
        self.lines.append(
            Line(
                line.order_id,
                line.customer_id,
                at,
                line.title,
                line.product_type,
                line.tags,
                line.price,
                -line.quantity,
                "returned",
                line.source,
                line.staff,
                kind=line.kind,
            )
        )

    def _price(self, piece: Product, day: date) -> float:
        years = (self.today - day).days / 365.25
        today: float = piece.price / 100
        return 5.0 * round(today * math.pow(1 - INFLATION, years) / 5)

    def _kind(self, piece: Product) -> str:
        """A tenth of the rows were sorted by hand once; the app's mapper must place the others."""
        return piece.kind if self.dice.random() < 0.1 else ""

    def in_order(self) -> list[Line]:
        """All lines by time, their orders renumbered so that a later order has a higher number."""
        lines = sorted(self.lines, key=lambda line: (line.at, line.order_id, line.title))
        numbers: dict[int, int] = {}
        for line in lines:
            line.order_id = numbers.setdefault(line.order_id, FIRST_ORDER + len(numbers))
        return lines


def write_csv(lines: list[Line], path: Path) -> None:
    """Write the canonical order file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(line.row() for line in lines)
