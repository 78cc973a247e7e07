"""Chains of sensors along one road and direction, from a table of distances between them (`from,to,cost`, in m, directed).

A table may hold every pair or neighbours only: a pair whose distance is that over a third sensor is no pair of neighbours. Sensors
of which each has one neighbour down- and one upstream are a chain; where roads meet or both directions are listed, none follows.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from scenarios.corridor import SHORTEST_SECTION_M
from scenarios.errors import MissingFileError, UserError
from simulator.formats.source_files import first_lines, lines_of

_SAME = 0.01
"""Share by which a way over a third sensor may be longer than the pair's own. Chosen: costs are rounded."""
Distances = Mapping[tuple[str, str], float]


def read_distances(source: Path, sensors: Sequence[str]) -> Distances:
    """Return the distances [m] between `sensors` from a table beside `source`. Raises MissingFileError for none that fits."""
    known = set(sensors)
    fitting = []
    for path in sorted(source.parent.glob("*.csv")):
        header = first_lines(path, 1)
        names = [name.strip().lower() for name in header[0].split(",")] if header else []
        if names[:2] == ["from", "to"] and len(names) > 2:
            pairs = _pairs(path, known)
            if pairs:
                fitting.append((path, pairs))
    if not fitting:
        raise MissingFileError(
            f"{source}: wanted a table from,to,cost of distances of its sensors beside it, found none (copy distances.csv there)"
        )
    if len(fitting) > 1:
        several = ", ".join(path.name for path, _ in fitting)
        raise UserError(f"{source}: {len(fitting)} tables have distances between its sensors: {several} (keep one)")
    return fitting[0][1]


def _pairs(path: Path, known: set[str]) -> dict[tuple[str, str], float]:
    pairs = {}
    for number, text in lines_of(path):
        fields = [each.strip() for each in text.split(",")]
        if number == 1 or len(fields) < 3 or fields[0] == fields[1] or not {fields[0], fields[1]} <= known:
            continue
        try:
            metres = float(fields[2])
        except ValueError:
            raise UserError(f"{path}, line {number}: wanted a distance in m, got {fields[2][:60]!r}") from None
        if metres >= SHORTEST_SECTION_M:
            pairs[(fields[0], fields[1])] = metres
    return pairs


def chains_of(distances: Distances, wanted: Sequence[str]) -> list[list[tuple[str, float]]]:
    """Return the chains of two sensors or more: sensor and position [m], downstream; `wanted` is one chain that a user names.

    Raises UserError where no order follows, or where a wanted sensor has no distance to the next.
    """
    if wanted:
        return [_placed(wanted, distances)]
    after: dict[str, dict[str, float]] = {}
    for (start, end), metres in distances.items():
        after.setdefault(start, {})[end] = metres
    nearest = {start: _neighbours(ends, after) for start, ends in after.items()}
    before: dict[str, list[str]] = {}
    for start, neighbours in nearest.items():
        for end in neighbours:
            before.setdefault(end, []).append(start)
    chains = []
    for first in nearest:
        chain = [first]
        if first in before:
            continue
        while len(ends := nearest.get(chain[-1], [])) == 1 and len(before[ends[0]]) == 1 and ends[0] not in chain:
            chain.append(ends[0])
        if len(chain) > 1 and not nearest.get(chain[-1]):
            chains.append(_placed(chain, distances))
    if not chains:
        raise UserError(
            "distances: no order of sensors follows (several roads, or both directions); name one road's, downstream, in "
            'research_h5.toml beside the file: sensors = ["...", "..."]'
        )
    return chains


def _neighbours(ends: Mapping[str, float], after: Mapping[str, Mapping[str, float]]) -> list[str]:
    return [
        end
        for end, metres in ends.items()
        if not any(
            to_m + after.get(over, {}).get(end, float("inf")) <= metres * (1 + _SAME)
            for over, to_m in ends.items()
            if over != end
        )
    ]


def _placed(chain: Sequence[str], distances: Distances) -> list[tuple[str, float]]:
    placed = [(chain[0], 0.0)]
    for start, end in pairwise(chain):
        if (start, end) not in distances:
            raise UserError(f"sensors: no distance leads from {start!r} to {end!r} (are they in downstream order?)")
        placed.append((end, placed[-1][1] + distances[(start, end)]))
    return placed
