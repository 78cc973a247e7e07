"""A battery in shards, for machines that share nothing: the runs of each shard, and the record that lets them be merged.

Runs are shared out from the longest to the shortest, each to the shard with the least cost so far (Graham's
longest-processing-time rule): every machine computes the same shards, of about equal length.
"""

import re
from dataclasses import dataclass, replace

from harness.records.digests import digest
from harness.running.progress import run_cost
from scenarios.errors import UserError
from scenarios.files.battery_file import Battery

_SHARD = re.compile(r"(\d{1,4})/(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Shard:
    """The `index`-th of `of` shards, counted from 1."""

    index: int
    of: int

    def __str__(self) -> str:
        return f"{self.index}/{self.of}"


def parse_shard(text: str) -> Shard:
    """Return the shard typed as I/N. Raises UserError.

    >>> parse_shard("2/3")
    Shard(index=2, of=3)
    """
    found = _SHARD.fullmatch(text.strip())
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise UserError(f"--shard takes i/n, the i-th of n shards, such as 1/3, 2/3 and 3/3; got {text!r}")
    return Shard(int(found[1]), int(found[2]))


def take_shard(battery: Battery, shard: Shard) -> Battery:
    """Return the battery with the runs of one shard, in the battery's order. Raises UserError with fewer runs than shards."""
    if shard.of > len(battery.scenarios):
        raise UserError(f"--shard {shard}: {battery.name} has only {len(battery.scenarios)} runs")
    loads = [0.0] * shard.of
    mine = set()
    # Sorting is stable, so runs of the same length keep the battery's order, on every machine.
    for scenario in sorted(battery.scenarios, key=run_cost, reverse=True):
        least = loads.index(min(loads))
        loads[least] += run_cost(scenario)
        if least == shard.index - 1:
            mine.add(scenario.name)
    return replace(battery, scenarios=tuple(one for one in battery.scenarios if one.name in mine))


def shard_record(battery: Battery, shard: Shard) -> dict[str, object]:
    """Return the fields of a shard's battery.json on the whole battery: index, names of all runs, digest of all scenarios."""
    texts = (scenario.model_dump_json().encode() for scenario in battery.scenarios)
    names = [scenario.name for scenario in battery.scenarios]
    return {"index": shard.index, "of": shard.of, "runs": names, "digest": digest(texts)}
