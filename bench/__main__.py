"""`make bench`: what is measured, beside its reference in the same run; read the ratios."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from app.config import read_settings
from app.launcher.embedded import embedded
from bench import decision, features, history, import_orders, profile, receiver, storefront, trees


def main() -> None:
    """This function will run every bench and print one table."""
    with tempfile.TemporaryDirectory(prefix="steward-bench-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)  # run as root, PostgreSQL works as another user and must get in
        environment = {"STEWARD_ENV": "test", "STEWARD_DATA": str(Path(folder)), "SECRET_KEY": "bench"}
        with embedded(read_settings(environment)) as settings:
            _print("One decision", decision.measure())
            _print("One order more", profile.measure())
            _print("A hundred trees, one customer", trees.measure())
            _print("Features of a million customers", features.measure())
            _print("The storefront's door, two gunicorn workers", storefront.measure(settings))
            _print("The receiver of webhooks, two gunicorn workers", receiver.measure(settings))
            _print("Order import", import_orders.measure())
            _print("A history from Shopify", history.measure())


def _print(title: str, rows: list[tuple[str, float, str]]) -> None:
    print(f"\n{title}")
    for name, value, unit in rows:
        print(f"  {name:<42} {value:>12,.2f}  {unit}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
