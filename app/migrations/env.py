"""How Alembic runs our migrations: as the owner of the tables, on a connection it is handed."""

from alembic import context

from app.stores.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
