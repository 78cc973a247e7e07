"""The chain of every true incident of a run, from its onset to its clearance, and what people did about false ones; kept as JSON.

Conventions: data time, NaN where a step never happened. What was opened in the incident's queue belongs to it as well: whoever is
sent there finds the blocked lanes. So each step is the first one for anything that belongs to it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isfinite, nan
from typing import Any
from zlib import crc32

import numpy as np

from harness.service.drill.desk_setting import Behind
from harness.service.drill.drilled_run import DrilledRun
from harness.service.drill.play_response import HandledIncident
from harness.service.drill.reaction_times import Reaction, reaction
from harness.service.drill.watch_run import WatchedRun
from simulator.truth import ObservedIncident


@dataclass(frozen=True, slots=True)
class IncidentChain:
    """When each step of one true incident came: `counted` and `number` as in its run; traffic's recovery is known by twins."""

    run: str
    number: int
    counted: bool
    onset_s: float
    evidence_s: float
    alarm_s: float
    opened_s: float
    seen_s: float
    acknowledged_s: float
    team_s: float
    cleared_s: float


@dataclass(frozen=True, slots=True)
class ChainedRun:
    """The chains of one run, and what people did about all that was opened."""

    chains: tuple[IncidentChain, ...]
    handled: tuple[HandledIncident, ...]


def truth_behind(run: DrilledRun, known: Sequence[ObservedIncident]) -> dict[str, Behind]:
    """Return what is behind each incident that a run opened, by its id."""
    return {
        each.id: Behind(None, nan, each.position_m)
        if each.of is None
        else Behind(each.of, known[each.of].clearance_s, known[each.of].position_m)
        for each in run.opened
    }


def reactions(run: DrilledRun, seed: int) -> Callable[[str], Reaction]:
    """Return what people draw for each incident by its id: the same for the same true one, whatever detector opened it, and when.

    So drills of two detectors differ by the detectors alone.
    """
    drawn: dict[str, Reaction] = {}
    numbers: dict[int | None, int] = {}
    for each in run.opened:
        number = numbers[each.of] = numbers.get(each.of, -1) + 1
        key = crc32(f"{run.name}/{each.of}/{number}".encode())
        drawn[each.id] = reaction(np.random.default_rng([seed, key]))
    return drawn.__getitem__


def chained_run(
    run: DrilledRun, known: Sequence[ObservedIncident], watched: WatchedRun, handled: Sequence[HandledIncident]
) -> ChainedRun:
    """Return the chains of a run's true incidents."""
    return ChainedRun(
        tuple(_chain(run, number, each, watched, handled) for number, each in enumerate(known)), tuple(handled)
    )


def as_json(run: ChainedRun) -> dict[str, Any]:
    """Return a run as JSON's types; NaN is null once it is written."""
    return asdict(run)


def from_json(fields: Mapping[str, Any]) -> ChainedRun:
    """Return the run that `as_json` made JSON of. Raises TypeError where fields are not its own."""
    chains = tuple(IncidentChain(**_known(each)) for each in fields["chains"])
    return ChainedRun(chains, tuple(HandledIncident(**_known(each)) for each in fields["handled"]))


def _chain(
    run: DrilledRun,
    number: int,
    truth: ObservedIncident,
    watched: WatchedRun,
    handled: Sequence[HandledIncident],
) -> IncidentChain:
    own = [each for each in run.opened if each.of == number]
    names = {each.id for each in own}
    sections = sorted({each for story in watched.stories if story.opened.id in names for each in story.last.sections})
    alarmed = watched.times_s[watched.alarms[:, sections].any(axis=1) & (watched.times_s > truth.onset_s)]
    by_people = [each for each in handled if each.of == number]
    return IncidentChain(
        run=run.name,
        number=number,
        counted=run.incidents[number].counted,
        onset_s=truth.onset_s,
        evidence_s=truth.earliest_evidence_s,
        alarm_s=float(alarmed[0]) if len(alarmed) else nan,
        opened_s=_first(each.opened_s for each in own),
        seen_s=_first(each.seen_s for each in by_people),
        acknowledged_s=_first(each.acknowledged_s for each in by_people),
        team_s=_first(each.team_s for each in by_people),
        cleared_s=truth.clearance_s,
    )


def _first(times_s: Iterable[float]) -> float:
    return min((each for each in times_s if isfinite(each)), default=nan)


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: nan if value is None and name != "of" else value for name, value in fields.items()}
