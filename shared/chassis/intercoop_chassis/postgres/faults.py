"""PostgreSQL's errors, and which of them pass by themselves."""

import asyncpg

PostgresError = asyncpg.PostgresError
"""The server refuses a statement, or gives it up."""

ANY_FAULT = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""Whatever a connection may raise."""

_CONFLICTS = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
_LOST = ("closed", "closing", "released", "not connected")
_TRANSIENT = (
    *_CONFLICTS,
    asyncpg.PostgresConnectionError,
    asyncpg.InternalClientError,  # a killed connection: "cannot switch to state 15"
    asyncpg.CannotConnectNowError,
    asyncpg.InvalidCatalogNameError,  # the database is away while it is restored from a backup
    asyncpg.InvalidAuthorizationSpecificationError,  # a password that an operator has to mend
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InsufficientResourcesError,  # disk full, too many connections
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TransactionTimeoutError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    TimeoutError,
)


def is_conflict(error: BaseException) -> bool:
    """Two transactions met: the same work may succeed at once when run again."""
    return isinstance(error, _CONFLICTS)


def is_unstorable(error: BaseException) -> bool:
    """A text holds a character that PostgreSQL stores in none (U+0000)."""
    return isinstance(error, asyncpg.CharacterNotInRepertoireError)


def is_transient(error: BaseException) -> bool:
    """The database cannot be used now, or two transactions met: the work is right, try later."""
    if isinstance(error, asyncpg.InterfaceError):  # most of them are mistakes in a query
        return any(word in str(error) for word in _LOST)
    if isinstance(error, asyncpg.ObjectNotInPrerequisiteStateError):
        return "accepting connections" in str(error)
    if isinstance(error, OSError):
        return error.filename is None  # the network's errors name no file
    return isinstance(error, _TRANSIENT)
