"""How readers of tables tell mistakes: noted at a place of the file, while reading goes on."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

from harness.service.site.placed_error import PlacedError
from harness.service.site.toml_lines import Place
from scenarios.errors import UserError
from scenarios.files.validation import Mistake

Found = TypeVar("Found")


class Noted(Protocol):
    """Returns what a function returns; notes its UserError at a place and returns None."""

    def __call__(self, place: Place, make: Any, /) -> Any:
        """Call and note."""
        ...


class MistakeNotes:
    """The mistakes of one file, each with its place."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def noted(self, place: Place, make: Callable[[], Found]) -> Found | None:
        """Return what `make` returns; where it raises UserError, note that at the place and return None."""
        try:
            return make()
        except UserError as error:
            self.note((*place, *error.place) if isinstance(error, PlacedError) else place, str(error))
            return None

    def note(self, place: Place, message: str) -> None:
        """Note a mistake at a place; the message begins with the name of its key."""
        name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
        self.mistakes.append(Mistake(place, f"{name}: {message}" if name else message))


def refuse_twice(kind: str, names: Sequence[str], noted: Noted) -> None:
    """Note tables [[kind]] of one name."""
    for k, name in enumerate(names):
        if name in names[:k]:
            noted((kind, k, "name"), partial(_refuse, f"two are called {name!r}"))


def _refuse(why: str) -> None:
    raise UserError(why)
