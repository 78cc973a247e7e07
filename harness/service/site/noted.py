"""How readers of tables tell mistakes: noted at a place of the file, while reading goes on."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol

from harness.service.site.toml_lines import Place
from scenarios.errors import UserError


class Noted(Protocol):
    """Returns what a function returns; notes its UserError at a place and returns None."""

    def __call__(self, place: Place, make: Any, /) -> Any:
        """Call and note."""
        ...


def refuse_twice(kind: str, names: Sequence[str], noted: Noted) -> None:
    """Note tables [[kind]] of one name."""
    for k, name in enumerate(names):
        if name in names[:k]:
            noted((kind, k, "name"), partial(_refuse, f"two are called {name!r}"))


def _refuse(why: str) -> None:
    raise UserError(why)
