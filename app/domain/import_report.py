"""What an import of orders did, in numbers and in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePath

from app.domain.order_files import FoundOrder, Piece
from scoring.money import money
from scoring.wording import many

# Of what could not be placed, only what brings most is worth a merchant's eyes; memory stays flat.
MOST_UNPLACED = 20_000
SHOWN = 10

_NOT_COUNTED = {
    "returned": "returned",
    "cancelled": "cancelled",
    "test": "only a test",
    "zero_value": "without a price",
}


@dataclass
class ImportReport:
    """What was read and what it changed.

    `orders` and `lines` count "added", "changed" and "unchanged" (lines "removed", too), `customers` the new
    ones, `statuses` the file's orders by what they count as, `rejected` the rows left out by reason.
    """

    currency: str
    rows: int = 0
    orders: Counter[str] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)
    customers: int = 0
    rows_without_customer: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    rejects_file: PurePath | None = None
    asked_to_be_forgotten: int = 0  # rows left out; not among the rejects, so that no file brings her back
    unplaced_lines: int = 0
    _unplaced: Counter[str] = field(default_factory=Counter)

    @property
    def not_counted(self) -> dict[str, int]:
        """This method will count the file's orders that do not count, by reason."""
        return {status: number for status, number in self.statuses.items() if status != "counted"}

    @property
    def unplaced(self) -> list[tuple[str, int]]:
        """This method will name what could not be placed and brought most, in minor units of the currency."""
        return self._unplaced.most_common(SHOWN)

    def reject(self, reason: str) -> None:
        """This method will count a row that was left out."""
        self.rows += 1
        self.rejected[reason] += 1

    def read(self, order: FoundOrder) -> None:
        """This method will count an order's rows, and what of them could not be placed."""
        self.rows += len(order.lines)
        if not order.customer_id:
            self.rows_without_customer += len(order.lines)
        own = order.currency == self.currency
        for piece, price, quantity, _ in order.lines:
            if piece.kind is None:
                self.unplaced_lines += 1
                if own and quantity > 0:
                    self._unplaced[_named(piece)] += price * quantity
        if len(self._unplaced) > MOST_UNPLACED:
            self._unplaced = Counter(dict(self._unplaced.most_common(MOST_UNPLACED // 2)))

    def in_words(self) -> str:
        """This method will say it to a person, one thing a line."""
        said = [
            f"Read {many(self.rows, 'row', 'rows')}: {many(self.orders.total(), 'order', 'orders')}.",
            self._change_in_words(),
        ]
        if self.customers:
            said.append(f"{many(self.customers, 'customer is', 'customers are')} new.".capitalize())
        if self.rows_without_customer:
            said.append(f"{self._of_rows(self.rows_without_customer)} name no customer.")
        if self.asked_to_be_forgotten:
            said.append(
                f"{self._of_rows(self.asked_to_be_forgotten)} are from before their customer"
                " asked to be forgotten, and were left out."
            )
        if self.not_counted:
            reasons = (f"{n:,} {_NOT_COUNTED.get(s, s)}" for s, n in sorted(self.not_counted.items()))
            said.append(f"Orders kept but not counted: {', '.join(reasons)}.")
        if self.rejected:
            said.append(self._rejects_in_words())
        if self.unplaced_lines:
            said.append(self._unplaced_in_words())
        return "\n".join(said)

    def _change_in_words(self) -> str:
        if not self.orders["added"] + self.orders["changed"] + self.lines["added"] + self.lines["changed"]:
            return "Nothing was new: added 0, changed 0."
        return (
            f"Added {many(self.orders['added'], 'order', 'orders')}"
            f" and {many(self.lines['added'], 'line', 'lines')};"
            f" changed {self.orders['changed']:,}; {self.orders['unchanged']:,} were here already."
        )

    def _of_rows(self, number: int) -> str:
        return f"{number:,} of {self.rows:,} rows"

    def _rejects_in_words(self) -> str:
        reasons = "; ".join(f"{reason}: {number:,}" for reason, number in self.rejected.most_common())
        where = f" They are in {self.rejects_file}." if self.rejects_file else ""
        return f"{self._of_rows(self.rejected.total())} were left out ({reasons}).{where}"

    def _unplaced_in_words(self) -> str:
        most = ", ".join(f"{name} ({money(amount, self.currency)})" for name, amount in self.unplaced)
        more = f" Most was spent on: {most}." if most else ""
        lines = many(self.unplaced_lines, "line", "lines").capitalize()
        return f"{lines} could not be placed among the kinds of piece.{more}"


def _named(piece: Piece) -> str:
    return piece.product_type or piece.title or "nothing said"
