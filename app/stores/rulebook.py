"""What a shop decides with: its policy, weights and adjacency in immutable versions, and its experiment."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, Integer, Table, Text, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.stores.database import Transaction, shop_table
from scoring.weights import DEFAULT_ADJACENCY, DEFAULT_WEIGHTS, Adjacency, Policy, Weights


def _versions(name: str, *more: Column[Any]) -> Table:
    return shop_table(
        name,
        Column("version", Integer, nullable=False),
        Column("content", JSONB, nullable=False),
        Column("created_by", Text, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        *more,
        key=("version",),
    )


policies = _versions("policies")
weights = _versions(
    "weights",
    Column("history", JSONB),  # the numbers of the history's model; null where there is none
    Column("learned", JSONB),  # what it was learned from, and how it did: read by whoever approved it
)
adjacencies = _versions("adjacencies")

experiments = shop_table(
    "experiments",
    Column("experiment_id", Text, nullable=False),
    Column("salt", Text, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    key=("experiment_id",),
)

FIRST_EXPERIMENT = "invitation-1"
HOUSE = "Steward"  # who wrote the first version of everything


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The versions in force."""

    policy: Policy
    weights: Weights
    adjacency: Adjacency
    experiment: str
    salt: str


def write_first(tx: Transaction, *, now: datetime) -> None:
    """This function will give a shop the house rules it starts with, once."""
    for table, content in (
        (policies, Policy(version=1)),
        (weights, DEFAULT_WEIGHTS),
        (adjacencies, DEFAULT_ADJACENCY),
    ):
        row = {
            "shop_id": tx.shop_id,
            "version": 1,
            "content": _at_version(content, 1),
            "created_by": HOUSE,
            "created_at": now,
        }
        tx.execute(insert(table).values(row).on_conflict_do_nothing())
    experiment = {"experiment_id": FIRST_EXPERIMENT, "salt": secrets.token_hex(16), "started_at": now}
    tx.execute(insert(experiments).values(shop_id=tx.shop_id, **experiment).on_conflict_do_nothing())


def change_policy(tx: Transaction, policy: Policy, *, by: str, now: datetime) -> Policy:
    """This function will put a new version of the policy in force. Versions are never changed, only added."""
    return Policy.from_record(_add_version(tx, policies, policy, by=by, now=now))


def change_adjacency(tx: Transaction, adjacency: Adjacency, *, by: str, now: datetime) -> Adjacency:
    """This function will put a new version of the adjacency table in force."""
    return Adjacency.from_record(_add_version(tx, adjacencies, adjacency, by=by, now=now))


def change_weights(
    tx: Transaction,
    said: Weights,
    *,
    history: Mapping[str, Any] | None,
    learned: Mapping[str, Any],
    by: str,
    now: datetime,
) -> Weights:
    """This function will put learned weights in force, with the history's model they were learned beside."""
    return Weights.from_record(
        _add_version(tx, weights, said, by=by, now=now, history=history, learned=learned)
    )


@dataclass(frozen=True, slots=True)
class WeightsInForce:
    """The weights in force: by whom, since when, and what they were learned from (None: the rule's own)."""

    weights: Weights
    created_by: str
    created_at: datetime
    learned: Mapping[str, Any] | None


def weights_in_force(tx: Transaction) -> WeightsInForce:
    """This function will read the weights in force with where they come from."""
    w = weights.c
    row = tx.execute(
        select(w.content, w.created_by, w.created_at, w.learned)
        .where(w.shop_id == tx.shop_id)
        .order_by(w.version.desc())
        .limit(1)
    ).one()
    return WeightsInForce(Weights.from_record(row.content), row.created_by, row.created_at, row.learned)


def history_in_force(tx: Transaction) -> Mapping[str, Any] | None:
    """This function will read the numbers of the history's model in force; None where there is none."""
    w = weights.c
    found: Mapping[str, Any] | None = tx.execute(
        select(w.history).where(w.shop_id == tx.shop_id).order_by(w.version.desc()).limit(1)
    ).scalar_one()
    return found


def history_of(tx: Transaction, version: int) -> Mapping[str, Any] | None:
    """This function will read the numbers of the history's model that came with a version of the weights."""
    where = (weights.c.shop_id == tx.shop_id, weights.c.version == version)
    found: Mapping[str, Any] | None = tx.execute(select(weights.c.history).where(*where)).scalar_one_or_none()
    return found


def _add_version(
    tx: Transaction, table: Table, said: Policy | Weights | Adjacency, *, by: str, now: datetime, **more: Any
) -> dict[str, Any]:
    latest = select(func.max(table.c.version)).where(table.c.shop_id == tx.shop_id)
    version = (tx.execute(latest).scalar() or 0) + 1
    content = _at_version(said, version)
    row = {"version": version, "content": content, "created_by": by, "created_at": now, **more}
    tx.execute(insert(table).values(shop_id=tx.shop_id, **row))
    return content


def read(tx: Transaction) -> Rulebook:
    """This function will read the versions in force."""
    experiment = tx.execute(
        select(experiments.c.experiment_id, experiments.c.salt)
        .where(experiments.c.shop_id == tx.shop_id)
        .order_by(experiments.c.started_at.desc())
        .limit(1)
    ).one()
    return Rulebook(
        policy=Policy.from_record(_latest(tx, policies)),
        weights=Weights.from_record(_latest(tx, weights)),
        adjacency=Adjacency.from_record(_latest(tx, adjacencies)),
        experiment=experiment.experiment_id,
        salt=experiment.salt,
    )


def _latest(tx: Transaction, table: Table) -> dict[str, Any]:
    content: dict[str, Any] = tx.execute(
        select(table.c.content).where(table.c.shop_id == tx.shop_id).order_by(table.c.version.desc()).limit(1)
    ).scalar_one()
    return content


def _at_version(content: Policy | Weights | Adjacency, version: int) -> dict[str, Any]:
    return {**content.to_record(), "version": version}


def policy_versions(tx: Transaction, *, limit: int) -> list[Any]:
    """This function will list the newest versions of the policy: their content, by whom, and when."""
    return list(
        tx.execute(
            select(policies.c.version, policies.c.content, policies.c.created_by, policies.c.created_at)
            .where(policies.c.shop_id == tx.shop_id)
            .order_by(policies.c.version.desc())
            .limit(limit)
        )
    )
