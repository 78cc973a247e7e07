"""Errors of the database, sorted: the machine's, or a bug.

A server that is gone, a lock that is not released, a disk that is full, a file that is damaged are the machine's. What our
statements do wrong stays what it is, with its traceback.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from scenarios.errors import MachineError, in_one_line

_MACHINES = (OperationalError, InterfaceError, InternalError)
_FULL = ("database or disk is full", "no space left on device", "disk quota exceeded")


class NoAnswerError(MachineError):
    """The database does not answer, or not in time; the same may work later."""


class DiskFullError(NoAnswerError):
    """The disk of the database, or of its spool, has no room left."""


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Raise NoAnswerError, naming the database, for what is not our statements' fault; DiskFullError where its disk is full."""
    try:
        yield
    except PoolTimeoutError:
        raise NoAnswerError(f"{name}: all connections are in use") from None
    except DBAPIError as error:
        if not (isinstance(error, _MACHINES) or type(error) is DatabaseError or error.connection_invalidated):
            raise
        reason = in_one_line(error.orig or error)
        full = any(sign in reason.lower() for sign in _FULL)
        raise (DiskFullError if full else NoAnswerError)(f"{name} does not answer: {reason}") from error
