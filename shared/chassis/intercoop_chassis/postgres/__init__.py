"""PostgreSQL: pools that open when needed, and transactions that publish what they change."""

from intercoop_chassis.postgres.bounded import TAKE_YOUR_TIME, bounded_transaction
from intercoop_chassis.postgres.database import Database
from intercoop_chassis.postgres.faults import is_conflict, is_transient
from intercoop_chassis.postgres.transaction import AtHome, Transaction

__all__ = [
    "TAKE_YOUR_TIME",
    "AtHome",
    "Database",
    "Transaction",
    "bounded_transaction",
    "is_conflict",
    "is_transient",
]
