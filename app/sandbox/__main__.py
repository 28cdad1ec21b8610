"""`python -m app.sandbox serve` and `python -m app.sandbox house --out DIR`."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from app.sandbox import house, settings


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m app.sandbox", description=__doc__)
    doors = parser.add_subparsers(dest="door", required=True)
    doors.add_parser("serve", help="play Shopify on this machine (settings come from the environment)")
    draw = doors.add_parser("house", help="write the demo house: house.json and orders.csv")
    draw.add_argument("--out", type=Path, required=True, help="folder to write to")
    draw.add_argument("--seed", type=int, default=house.SEED)
    draw.add_argument("--today", type=date.fromisoformat, default=None, help="YYYY-MM-DD; default: today")
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> int:
    """Do what was asked; 2 where the sandbox must not run."""
    asked = _arguments(words)
    try:
        told = settings.read(os.environ)
    except settings.UnableToStart as refusal:
        print(refusal, file=sys.stderr)
        return 2
    if asked.door == "serve":
        from app.sandbox.serve import serve  # the generator needs no web server

        serve(told)
        return 0
    today = asked.today or datetime.now(UTC).date()
    drawn = house.generate(today=today, seed=asked.seed, shop=told.shop)
    house.write(drawn, asked.out)
    customers = drawn.about["customers"]
    assert isinstance(customers, list)
    print(f"{asked.out}: {len(customers)} customers, {len(drawn.lines)} order lines, as of {today}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
