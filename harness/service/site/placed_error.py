"""An error that knows the key of the table it is about, so that a message can name its line."""

from collections.abc import Iterator
from contextlib import contextmanager

from scenarios.errors import UserError


class PlacedError(UserError):
    """Wrong input at `place`, the keys and indices inside of the table that is read."""

    def __init__(self, place: tuple[int | str, ...], message: str) -> None:
        super().__init__(message)
        self.place = place


@contextmanager
def reading(*place: int | str) -> Iterator[None]:
    """Let a UserError in the block be one at a place of the table.

    >>> with reading("folder"):
    ...     raise UserError("no such folder")
    Traceback (most recent call last):
    harness.service.site.placed_error.PlacedError: no such folder
    """
    try:
        yield
    except PlacedError:
        raise
    except UserError as error:
        raise PlacedError(place, str(error)) from error
