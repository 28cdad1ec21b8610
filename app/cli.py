"""The command line: a public interface, composed here and nowhere else."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from app.config import UnableToConfigure, read_settings
from app.domain.import_report import ImportReport
from app.domain.shop_domain import SHOP_DOMAIN
from app.launcher.embedded import embedded
from app.launcher.run import UnableToRun, run
from app.usecases.ask_learning import AFTER_AN_IMPORT, ask_learning
from app.usecases.explain_session import UnableToExplain, explain_session
from app.usecases.furnish_house import furnish_house
from app.usecases.import_orders import UnableToReadOrders, currency_of, import_orders
from app.usecases.open_shop import open_shop
from app.usecases.read_readiness import read_readiness
from app.usecases.read_session import YEARS, UnableToReadSession, read_session
from app.usecases.replay_decision import UnableToReplay, replay_decision
from app.usecases.rotate_keys import rotate_keys
from app.usecases.update_relationship import update_every_relationship
from app.wiring import Services, connect, use_packaged_zones
from scoring.replay import ENGINE


class UnableToAnswer(click.ClickException):
    """Something a person can mend; said in one line, without a traceback."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Steward: the memory of a fine jeweller's web shop."""
    use_packaged_zones()


@main.command("run")
def run_command() -> None:
    """Start the whole house on this machine: web, worker, scheduler, and the sandbox Shopify."""
    try:
        sys.exit(run(read_settings()))
    except (UnableToRun, UnableToConfigure) as error:
        raise UnableToAnswer(str(error)) from error


@main.command()
@click.option(
    "--quick", is_flag=True, help="leave what takes minutes to other workers; run one without it, too"
)
def worker(quick: bool) -> None:
    """Work on what was asked for."""
    from jobs import worker as process

    process.run(quick=quick)


@main.command()
def scheduler() -> None:
    """Ask for the sweeps at their times."""
    from jobs import schedule as process

    process.run()


@main.command("import-orders")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--shop", required=True, help="the shop's myshopify.com domain")
@click.option(
    "--timezone", default="", help="the zone of times without an offset, and of a shop not known yet"
)
def import_orders_command(file: Path, shop: str, timezone: str) -> None:
    """Read an order history: the canonical CSV or Shopify's own export, plain or gzipped."""
    zone = _zone(timezone)
    with _connected() as services:
        try:
            report = _import(services, file, shop, zone)
        except UnableToReadOrders as error:
            raise UnableToAnswer(str(error)) from error
    click.echo(report.in_words())


def _import(services: Services, file: Path, domain: str, zone: ZoneInfo | None) -> ImportReport:
    now = services.clock()
    shop_id = open_shop(
        services.database,
        _domain(domain),
        name=domain.split(".")[0].replace("-", " ").title(),
        timezone=zone.key if zone else "Europe/London",
        currency=currency_of(file) or "USD",
        now=now,
    )
    with _bar("orders") as on_progress:
        report = import_orders(
            services.database,
            services.live,
            file,
            shop_id=shop_id,
            now=now,
            rejects=None,
            on_progress=on_progress,
            zone=zone,
        )
    with _bar("relationships") as on_progress:
        update_every_relationship(services.database, services.live, shop_id, now=now, on_progress=on_progress)
    with services.database.shop(shop_id) as tx:
        for work in AFTER_AN_IMPORT:
            ask_learning(tx, services.queue, work, now=now)
    return report


@main.command()
@click.option("--shop", required=True)
@click.option("--customer", required=True)
@click.option(
    "--session", "file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--at", required=True, help="the instant to decide at, ISO 8601 (a time without zone is UTC)")
@click.option("--json", "as_json", is_flag=True)
def explain(shop: str, customer: str, file: Path, at: str, as_json: bool) -> None:
    """Say what would be decided about a session, and why."""
    with _connected() as services:
        try:
            decided = explain_session(
                services.database,
                _known_shop(services, shop),
                customer,
                read_session(file.read_bytes()),
                at=_instant(at),
            )
        except (UnableToExplain, UnableToReadSession) as error:
            raise UnableToAnswer(str(error)) from error
    answer = _explanation(decided.decision)
    click.echo(json.dumps(answer, ensure_ascii=False) if as_json else _in_words(answer))


@main.command()
@click.argument("decision_id")
def replay(decision_id: str) -> None:
    """Decide again from a decision's record alone.

    Exit 0: the same answer. 1: a different one, which is a fault. 3: a different one, and another engine than
    this made it, so it may differ.
    """
    with _connected() as services:
        try:
            replayed = replay_decision(services.database, _decision_id(decision_id))
        except UnableToReplay as error:
            raise UnableToAnswer(str(error)) from error
    then, now = replayed.then, replayed.now
    click.echo(f"then: {then.verdict} ({then.rule})\nnow:  {now.verdict} ({now.rule})")
    click.echo("the same answer" if replayed.same else "a different answer")
    if not replayed.same_engine:
        click.echo(
            f"made by engine {replayed.engine}, this is {ENGINE}; "
            f"the rule is {'the same' if replayed.same_rule else 'not the same'}"
        )
    sys.exit(0 if replayed.same else 1 if replayed.same_engine else _OF_ANOTHER_ENGINE)


@main.command()
@click.option("--shop", required=True, help="the shop's myshopify.com domain")
@click.option("--json", "as_json", is_flag=True)
def readiness(shop: str, as_json: bool) -> None:
    """Say whether a shop's record holds enough memory, and what each gap is worth.

    \b
    With --json one object:
      as_of                day in the shop's zone, ISO 8601
      state                empty | reading | lapsed | counted
      sentence             the answer in words
      customers            with an order that counts
      active               of them, ordered within active_days; those who opted
                           out (opted_out) are left out here and below
      within_reach         of the active, can reach a cue by what is remembered
      within_reach_unseen  of these, even if no visit may be read
      findings             in order of gain, always the same nine names: account,
                           years, orders, lead, date, taste, kind, address,
                           consent; each with title, part (null: not known),
                           whole, of (customers | lines), gain (customers it
                           would bring within reach by itself), gain_unseen (the
                           same, if no visit may be read), sentence, to_do (""
                           where nothing is missing) and parts (of "date": name,
                           title, count by rung; else empty)
      high_ticket          null, or currency, starts_at, usual, high_total, total
                           (minor units), high_orders, orders, customers, sentence
    """
    with _connected() as services, services.database.shop(_known_shop(services, shop)) as tx:
        found = read_readiness(tx, now=services.clock())
    click.echo(json.dumps(found.to_record(), ensure_ascii=False) if as_json else found.in_words())


@main.command("backtest")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--train", required=True, help="months to learn from, both included: 2008-01:2010-09")
@click.option("--test", required=True, help="later months to judge by: 2011-01:2012-09")
@click.option("--labelled", type=click.IntRange(min=1), help="learn from so many rows only, drawn by --seed")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True)
@click.option(
    "--pictures",
    type=click.Path(file_okay=False, path_type=Path),
    help="draw reliability, lift and one recovered calendar into this folder, as SVG",
)
@click.option(
    "--tables",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="write the tables into this document, between its markers (docs/scoring.md has them)",
)
def backtest_command(
    file: Path,
    train: str,
    test: str,
    labelled: int | None,
    seed: int,
    as_json: bool,
    pictures: Path | None,
    tables: Path | None,
) -> None:
    """Say what would have been foretold of an order history, and what came.

    \b
    With --json one object:
      targets    order_30d, order_60d, order_90d, upgrade_90d; each with base_rate,
                 rows, customers, trained_on and models: rule, count, recency,
                 frequency_recency, bg_nbd, logistic, boosting, steward (null where
                 "missing" says why), each with auc, auc_within_month, lift_5pct,
                 average_precision, brier, ece, log_loss, flag_rate, precision,
                 recall, intervals (95 %, customers resampled) and seconds; steward
                 also with chosen, promotion and reliability ([mean chance, rate
                 seen, rows] by tenths), and with bg_nbd and recency lift_curve
                 ([share of customers, share of orders reached])
      active     the same, of those whose last order is at most 730 days old
      train, test, labelled, seed, notes, seconds
    """
    # Here and not above: the web never loads pandas.
    from scoring.learning.backtest import Plan, UnableToBacktest, backtest
    from scoring.learning.months import UnableToReadMonths, read_months
    from scoring.learning.orders import UnableToReadHistory, read_orders
    from scoring.learning.report import in_words
    from scoring.learning.snapshots import UnableToTakeSnapshots
    from scoring.learning.tables import UnableToWriteTables, write_tables

    draw = _drawing_into(pictures) if pictures else None
    try:
        read = read_orders(file, today=datetime.now(UTC).date())
        orders = read.orders
        processes = 2 if len(orders.day) >= _WORTH_TWO_PROCESSES and (os.cpu_count() or 1) > 1 else 1
        plan = Plan(read_months(train), read_months(test), labelled, seed, processes=processes)
        with Console(stderr=True).status("learning and foretelling") as status:
            answer = backtest(orders, plan, on_progress=status.update)
            answer["notes"] += [read.note] if read.note else []
            if draw:
                draw(answer, orders, plan)
        if tables:
            tables.write_text(write_tables(tables.read_text("utf-8"), answer), "utf-8")
    except (
        UnableToBacktest,
        UnableToReadHistory,
        UnableToReadMonths,
        UnableToTakeSnapshots,
        UnableToWriteTables,
    ) as error:
        raise UnableToAnswer(str(error)) from error
    click.echo(json.dumps(answer, allow_nan=False) if as_json else in_words(answer))


# A second process loads its libraries for three seconds; this many orders take longer. Dated guess, 2026-11.
_WORTH_TWO_PROCESSES = 10_000
_OF_ANOTHER_ENGINE = 3  # as click has it, 1 is an error and 2 a wrong use


def _drawing_into(folder: Path) -> Callable[[dict[str, Any], Any, Any], object]:
    # Here and not above: nothing else that is asked at a terminal draws.
    from app.usecases.draw_backtest import draw_backtest
    from scoring.learning.months import after
    from scoring.learning.recovered import recover

    def draw(answer: dict[str, Any], orders: Any, plan: Any) -> object:
        recovered = recover(orders, before=plan.test[0], until=after(plan.test[-1]))
        return draw_backtest(answer, recovered, folder)

    return draw


@main.command("rotate-keys")
def rotate_keys_command() -> None:
    """Seal every shop's tokens with the first of ENCRYPTION_KEYS; exit 1 where no key opens some."""
    with _connected() as services:
        rotation = rotate_keys(services.database, services.vault)
    click.echo(rotation.in_words())
    sys.exit(1 if rotation.unopened else 0)


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--shop", required=True)
def furnish(folder: Path, shop: str) -> None:
    """Load a demo house that the sandbox has drawn: its people, its orders, what is noted of them."""
    with _connected() as services:
        house = json.loads((folder / "house.json").read_text())
        furnish_house(services.database, shop, house, now=services.clock())
        _import(services, folder / "orders.csv", shop, None)


def _domain(text: str) -> str:
    if not SHOP_DOMAIN.fullmatch(text):
        raise UnableToAnswer(f"--shop {text!r} is not a shop's domain, like maison-alder.myshopify.com")
    return text


def _decision_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise UnableToAnswer(f"{text!r} is not the id of a decision") from error


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UnableToAnswer(f"--timezone {name!r} is not a zone, like Europe/London") from error


def _known_shop(services: Services, domain: str) -> int:
    shop_id = services.database.shop_id(domain)
    if shop_id is None:
        raise UnableToAnswer(f"the shop {domain} is not known here: import its orders first")
    return shop_id


@contextmanager
def _connected() -> Iterator[Services]:
    """Connect to the running servers, or start the embedded ones for as long as the command lasts."""
    try:
        settings = read_settings()
    except UnableToConfigure as error:
        raise UnableToAnswer(str(error)) from error
    with embedded(settings) as settings:
        services = connect(settings)
        try:
            yield services
        finally:
            services.close()


@contextmanager
def _bar(what: str) -> Iterator[Any]:
    """Show what is done, how fast, and what is left; on standard error, out of a pipe's way."""
    columns = (
        TextColumn(what),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %  {task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=False) as progress:
        task = progress.add_task(what, total=None, rate="")

        def on_progress(done: Any) -> None:
            rate = f"{done.rate:,.0f}/s"
            progress.update(task, total=done.total or None, completed=done.done, rate=rate)

        yield on_progress


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnableToAnswer(
            f"--at {text!r} is not an ISO 8601 instant, like 2026-11-21T10:00:00Z"
        ) from error
    if at.year not in YEARS:
        raise UnableToAnswer(f"--at {text!r} lies outside of the years {YEARS[0]} to {YEARS[-1]}")
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _explanation(decision: Any) -> dict[str, Any]:
    readings = {
        name: {"value": reading.value, "fired": reading.fired, "because": reading.because}
        for name, reading in decision.readings.items()
    }
    return {
        "readings": readings,
        "strength": decision.strength,
        "probability": decision.probability,
        "verdict": decision.verdict,
        "rule": decision.rule,
        "reasons": list(decision.reasons),
    }


def _in_words(answer: dict[str, Any]) -> str:
    lines = [f"{answer['verdict']} ({answer['rule']}), {answer['strength']}, {answer['probability']:.3f}"]
    for name, reading in answer["readings"].items():
        mark = "●" if reading["fired"] else "○"
        lines.append(f"  {mark} {name:<20} {reading['value']:.2f}  {reading['because']}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
