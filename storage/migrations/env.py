"""Alembic's way in: migrations run on the connection that `storage.migrate` hands over, in one transaction."""

from typing import Any

from alembic import context
from sqlalchemy import text

from storage.tables import metadata

LOCK_WAIT = "5s"  # better to fail than to queue every reader behind a waiting ALTER TABLE
ONE_AT_A_TIME = 0x6261636B62656174  # the advisory lock: "backbeat"


def run() -> None:
    connection: Any = context.config.attributes["connection"]
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_lock({ONE_AT_A_TIME})"))  # as long as the others take
        connection.execute(text(f"SET lock_timeout = '{LOCK_WAIT}'"))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transaction_per_migration=True,
        transactional_ddl=True,  # on SQLite too: half a migration would never be applied again
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()


run()
