"""Migrations, and the one way to run them."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine

from app.stores.database import psycopg_url


def config(connection: Connection) -> Config:
    """This function will tell Alembic where the migrations are and on which connection to run them."""
    alembic = Config()
    alembic.set_main_option("script_location", str(Path(__file__).parent))
    alembic.attributes["connection"] = connection
    return alembic


def migrate(owner_url: str) -> None:
    """This function will bring a database to the newest shape, as the owner of its tables."""
    engine = create_engine(psycopg_url(owner_url))
    with engine.begin() as connection:
        command.upgrade(config(connection), "head")
    engine.dispose()
