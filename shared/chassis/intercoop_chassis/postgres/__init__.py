"""PostgreSQL: pools that open when needed, and transactions that publish what they change."""

from intercoop_chassis.postgres.bounded import TAKE_YOUR_TIME, bounded_transaction
from intercoop_chassis.postgres.channel import (
    Channel,
    ListeningIsFullError,
    TooManyListenersError,
    Waiter,
)
from intercoop_chassis.postgres.connections import Connection, Row, affected_rows, own_connection
from intercoop_chassis.postgres.database import Database
from intercoop_chassis.postgres.faults import (
    PostgresError,
    is_conflict,
    is_transient,
    is_unstorable,
)
from intercoop_chassis.postgres.pages import PAGE_BYTES, ends_early
from intercoop_chassis.postgres.transaction import AtHome, Transaction

__all__ = [
    "PAGE_BYTES",
    "TAKE_YOUR_TIME",
    "AtHome",
    "Channel",
    "Connection",
    "Database",
    "ListeningIsFullError",
    "PostgresError",
    "Row",
    "TooManyListenersError",
    "Transaction",
    "Waiter",
    "affected_rows",
    "bounded_transaction",
    "ends_early",
    "is_conflict",
    "is_transient",
    "is_unstorable",
    "own_connection",
]
