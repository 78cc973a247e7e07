"""Rows of a battery's group: factors crossed (matrix), factors stepped row by row (cycle), and seeds.

- `matrix`: every combination of its factors' values, in the order written, the last factor fastest: the rows.
- `cycle`: one or more tables; row r takes value r mod (number of values). Factors in one table belong together and have
  equally many values; each table steps on its own. Without a matrix there are as many rows as the longest cycle.
- `seed = N`: one run per row; row r has seed N + r, so all runs differ.
- `seeds = [a, b]` or `{ first = N, count = K }`: every row runs with each of these seeds.
- `name` may hold `{number}` (the run in its group, from 1; `{number:02d}` pads it), `{seed}`, and the last word of
  any factor, as `{demand_vphpl}`.

A factor is a scenario's field, or a dotted one as `incident.lanes`.
"""

import re
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from scenarios.errors import UserError
from scenarios.suggestion import likely

Raw = Mapping[str, object]
Factors = dict[str, Sequence[object]]

GROUP_KEYS = ("name", "seed", "seeds", "matrix", "cycle")
MOST_RUNS = 10_000
"""Runs of a battery. Chosen to catch a factor too many; sr91 has 54."""


@dataclass(frozen=True, slots=True)
class Row:
    """One run of a group: the tables of its scenario, and a label with its factors' values."""

    label: str
    tables: dict[str, object]


def expand_group(group: Raw, defaults: Raw) -> list[Row]:
    """Return all runs of one group; `defaults` fill in fields that the group does not have. Raises UserError."""
    name = group.get("name")
    if not isinstance(name, str):
        raise UserError(f"name: wanted a text such as 'incident-{{number:02d}}', got {reprlib.repr(name)}")
    matrix = _factors(group["matrix"], "matrix") if "matrix" in group else {}
    cycle_tables = group.get("cycle", [])
    if isinstance(cycle_tables, Mapping):
        cycle_tables = [cycle_tables]
    if not isinstance(cycle_tables, list):
        raise UserError(f"cycle: wanted a table, or several, got {reprlib.repr(cycle_tables)}")
    cycles = [_factors(table, f"cycle[{index}]") for index, table in enumerate(cycle_tables)]
    for index, cycle in enumerate(cycles):
        if len({len(values) for values in cycle.values()}) > 1:
            lengths = ", ".join(f"{factor} {len(values)}" for factor, values in cycle.items())
            raise UserError(
                f"cycle[{index}]: factors of one table step together and need equally many values, got {lengths} "
                "(put those that step on their own into tables of their own)"
            )
    _refuse_twice([*matrix, *(factor for cycle in cycles for factor in cycle)])
    longest = max((len(values) for cycle in cycles for values in cycle.values()), default=1)
    rows = prod(len(values) for values in matrix.values()) if matrix else longest
    seeds = _seeds(group, rows)
    if rows * len(seeds[0]) > MOST_RUNS:
        raise UserError(f"wanted at most {MOST_RUNS} runs, got {rows} rows with {len(seeds[0])} seeds each")
    base = {**defaults, **{key: value for key, value in group.items() if key not in GROUP_KEYS}}
    runs: list[Row] = []
    for index, combination in enumerate(product(*matrix.values())):
        for row in [index] if matrix else range(rows):
            values = dict(zip(matrix, combination, strict=True))
            for cycle in cycles:
                values |= {factor: options[row % len(options)] for factor, options in cycle.items()}
            for seed in seeds[row]:
                label = ", ".join(
                    [f"row {row + 1}", *(f"{key} = {reprlib.repr(value)}" for key, value in values.items())]
                )
                tables = dict(base)
                for factor, value in values.items():
                    _set(tables, factor, value)
                tables["seed"] = seed
                tables["name"] = _filled(name, {**values, "number": len(runs) + 1, "seed": seed})
                runs.append(Row(label, tables))
    return runs


def _factors(table: object, where: str) -> Factors:
    """Factors and their values; nested tables are dotted factors."""
    if table == {}:
        raise UserError(f"{where}: wanted at least one factor, got an empty table (leave it out?)")
    if not isinstance(table, Mapping):
        raise UserError(f"{where}: wanted a table of factors, got {reprlib.repr(table)}")
    found: Factors = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            found |= {f"{key}.{inner}": values for inner, values in _factors(value, f"{where}.{key}").items()}
        elif isinstance(value, list) and value:
            found[key] = value
        else:
            raise UserError(f"{where}.{key}: wanted a list of values, got {reprlib.repr(value)}")
    return found


def _refuse_twice(factors: Sequence[str]) -> None:
    for factor in factors:
        if factors.count(factor) > 1:
            raise UserError(f"{factor}: wanted a factor in matrix or in one cycle, got it twice")
        if factor in GROUP_KEYS:
            raise UserError(f"{factor}: this cannot be a factor")


def _seeds(group: Raw, rows: int) -> list[list[int]]:
    """The seeds of each row."""
    if ("seed" in group) == ("seeds" in group):
        raise UserError(
            "wanted seed = N (row r has seed N + r) or seeds = [...] (every row with each): seeds have no default"
        )
    if "seed" in group:
        first = _whole(group["seed"], "seed")
        return [[first + row] for row in range(min(rows, MOST_RUNS + 1))]
    given = group["seeds"]
    if isinstance(given, Mapping):
        if set(given) != {"first", "count"}:
            key = next((key for key in given if key not in ("first", "count")), "")
            raise UserError(f"seeds: wanted first and count, got {', '.join(given)}{likely(key, ['first', 'count'])}")
        first, count = _whole(given["first"], "seeds.first"), _whole(given["count"], "seeds.count")
        given = list(range(first, first + min(count, MOST_RUNS + 1)))
    if not isinstance(given, list) or not given:
        raise UserError(f"seeds: wanted a list of seeds, or first and count, got {reprlib.repr(given)}")
    seeds = [_whole(seed, "seeds") for seed in given]
    if len(set(seeds)) < len(seeds):
        raise UserError("seeds: one is there twice, so two runs would be the same")
    return [seeds for _ in range(min(rows, MOST_RUNS + 1))]


def _whole(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise UserError(f"{where}: wanted a whole number, 0 to 2147483647, got {reprlib.repr(value)}")
    return value


def _set(tables: dict[str, object], factor: str, value: object) -> None:
    """Set a dotted field in `tables`; tables shared with other rows are copied first."""
    key, _, inner = factor.partition(".")
    if not inner:
        tables[key] = value
        return
    held = tables.get(key, {})
    if not isinstance(held, Mapping):
        raise UserError(f"{factor}: {key} is no table (for the one incident of a run, write [scenarios.incident])")
    table = dict(held)
    _set(table, inner, value)
    tables[key] = table


def _filled(template: str, values: Mapping[str, object]) -> str:
    """`template` with its `{...}` filled in.

    >>> _filled("incident-{number:02d}", {"number": 7})
    'incident-07'
    """
    words = {factor.rpartition(".")[2]: value for factor, value in values.items()}

    def fill(match: re.Match[str]) -> str:
        word, width = match.group(1), match.group(2)
        if word not in words:
            raise UserError(
                f"name: {template!r} holds {{{word}}}, wanted one of: {', '.join(words)}{likely(word, words)}"
            )
        value = words[word]
        if isinstance(value, list):
            return "-".join(str(part) for part in value)
        return f"{value:g}" if isinstance(value, float) else str(value).zfill(int(width or 0))

    return re.sub(r"\{(\w+)(?::0?(\d)d)?\}", fill, template)
