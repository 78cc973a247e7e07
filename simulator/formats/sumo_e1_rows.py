"""Rows of SUMO's E1 output as numbers: what XML, CSV and parquet files hold becomes columns here, and is checked.

Times are seconds, or h:m:s where SUMO ran with `-H`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import UserError
from simulator.frame import Array
from simulator.recording.plain_tables import Kind, Kinds, PlainTable

NAMES = ("begin", "end", "id", "nVehContrib", "occupancy", "speed")
_TIMES = 2
"""The first columns of numbers are times."""


@dataclass(frozen=True, slots=True, eq=False)
class E1Rows:
    """N rows, each one loop over one interval: times [s], count, occupancy [share], speed [m/s], (N,); NaN where nobody was.

    `loop` (N,) is the place of a row's loop among `names`.
    """

    begin_s: Array
    end_s: Array
    names: tuple[str, ...]
    loop: NDArray[np.int64]
    count: Array
    occupancy: Array
    speed_mps: Array


def columns_at(names: Sequence[str], place: str) -> list[int]:
    """Return the places of `NAMES` among a table's columns, whose names may have a tag before them. Raises UserError."""
    plain = [name.strip().rpartition("_")[2] for name in names]
    missing = [name for name in NAMES if name not in plain]
    if missing:
        raise UserError(f"{place}: missing {', '.join(missing)}, got {', '.join(names)[:200]} (is it E1 output?)")
    return [plain.index(name) for name in NAMES]


class LoopCodes(dict[str, int]):
    """The loops of a file, numbered as they come."""

    def __missing__(self, name: str) -> int:
        self[name] = code = len(self)
        return code

    def of(self, names: Sequence[str]) -> NDArray[np.int64]:
        """Return the numbers (N,) of loops."""
        return np.fromiter(map(self.__getitem__, names), dtype=np.int64, count=len(names))


def checked(
    columns: Sequence[Array],
    codes: LoopCodes,
    loop: NDArray[np.int64],
    place: Callable[[int], str],
    texts: Callable[[int], Sequence[str]],
) -> E1Rows:
    """Return rows of `columns` (begin, end, count, per cent, speed). Raises UserError naming the first that does not fit.

    `place` and `texts` give the place of a row and its fields, by `NAMES`, for the message.
    """
    begin_s, end_s, count, percent, speed = columns
    finite = np.isfinite(columns).all(axis=0)
    if not finite.all():
        raise no_numbers(int(np.argmin(finite)), place, texts)
    fits = (end_s > begin_s) & (count >= 0) & (percent >= 0) & (percent <= 100.01)
    if not fits.all():
        k = int(np.argmin(fits))
        raise UserError(
            f"{place(k)}: wanted an interval, a count of 0 or more and 0 to 100 per cent, got {begin_s[k]:g} to "
            f"{end_s[k]:g} s, {count[k]:g} and {percent[k]:g} (are columns exchanged?)"
        )
    occupancy = np.minimum(1.0, np.round(percent / 100, 10))
    return E1Rows(begin_s, end_s, tuple(codes), loop, count, occupancy, np.where(speed >= 0, speed, np.nan))


def no_numbers(k: int, place: Callable[[int], str], texts: Callable[[int], Sequence[str]]) -> UserError:
    """Return the error of a row whose fields are not all finite numbers."""
    got = ", ".join(f"{name} {value!r}" for name, value in zip(NAMES, texts(k), strict=True))
    return UserError(f"{place(k)}: wanted numbers, got {got[:300]} (are columns shifted?)")


def seconds(text: str) -> float:
    """Return a time of SUMO in seconds: a number, or days:h:m:s. Raises ValueError.

    >>> seconds("1:01:30.50"), seconds("90.00")
    (3690.5, 90.0)
    """
    parts = [float(part) for part in text.split(":")]
    if len(parts) > 4:
        raise ValueError(text)
    return float(sum(part * unit for part, unit in zip(reversed(parts), (1, 60, 3600, 86400), strict=False)))


def _number(text: str, column: int) -> float:
    return seconds(text) if column < _TIMES and ":" in text else float(text)


def kinds_at(where: Sequence[int]) -> Kinds:
    """Return what the columns `NAMES` hold, which are those at `where`."""
    return {place: Kind.TEXT if name == "id" else Kind.KNOWN for name, place in zip(NAMES, where, strict=True)}


def plain_e1_rows(table: PlainTable, where: Sequence[int], place: str, codes: LoopCodes) -> E1Rows:
    """Return rows whose columns `NAMES` are those at `where`. Raises UserError naming the line of the first that does not fit."""
    at = dict(zip(NAMES, where, strict=True))
    loops, loop = table.coded(at["id"])
    return checked(
        [table.numbers(column) for name, column in at.items() if name != "id"],
        codes,
        codes.of(loops)[loop],
        lambda k: f"{place}, line {table.first_line + k}",
        lambda k: table.texts(k, at),
    )


@dataclass(slots=True)
class RowTexts:
    """Texts of some rows, a list for each of `NAMES`, and the line of each row, 0 where a file has no lines."""

    columns: tuple[list[str], ...] = field(default_factory=lambda: tuple([] for _ in NAMES))
    lines: list[int] = field(default_factory=list)

    def rows(self, place: str, codes: LoopCodes) -> E1Rows:
        """Return the rows. Raises UserError naming the first that does not fit."""

        def texts(k: int) -> list[str]:
            return [column[k] for column in self.columns]

        def place_of(k: int) -> str:
            return f"{place}, line {self.lines[k]}" if self.lines else place

        begin, end, loops, *rest = self.columns
        try:
            columns = [np.array([_number(text, n) for text in each]) for n, each in enumerate((begin, end, *rest))]
        except ValueError:
            wrong = next(k for k in range(len(loops)) if not _are_numbers(texts(k)))
            raise no_numbers(wrong, place_of, texts) from None
        return checked(columns, codes, codes.of(loops), place_of, texts)


def _are_numbers(row: Sequence[str]) -> bool:
    try:
        seconds(row[0]), seconds(row[1]), *map(float, row[3:])
    except ValueError:
        return False
    return True
