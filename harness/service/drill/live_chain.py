"""The chains of a drill told as they happened, line by line, at a pace: what the simulated people did, and when.

A run begins with its first line and ends with its last: traffic in which nothing happens is not waited for.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import isfinite, nan

from harness.service.drill.chain_tables import NAMES
from harness.service.drill.clearance_runs import RunTwins
from harness.service.drill.drilled_run import DrilledRun
from harness.service.drill.incident_chain import ChainedRun, IncidentChain
from harness.service.drill.play_response import HandledIncident

OF_TEAMS = (("asked_s", "team called"), ("set_off_s", "team on its way"))
OF_FALSE = (
    *(("seen_s", NAMES["seen_s"]), ("acknowledged_s", NAMES["acknowledged_s"])),
    *OF_TEAMS,
    ("team_s", NAMES["team_s"]),
)
"""Times of an incident that people handled, and what each is called."""


@dataclass(frozen=True, slots=True)
class ChainLine:
    """What happened in a run at a data time."""

    run: str
    time_s: float
    text: str

    def __str__(self) -> str:
        """Return it as a line; the clock is the run's."""
        minutes, seconds = divmod(round(self.time_s), 60)
        return f"{self.run}  {minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}  {self.text}"


def chain_lines(run: DrilledRun, chained: ChainedRun, twins: RunTwins) -> tuple[ChainLine, ...]:
    """Return the lines of a run in the order in which they happened; `twins` know when traffic had recovered."""
    told: list[tuple[float, str]] = []
    for chain in chained.chains:
        own = [each for each in chained.handled if each.of == chain.number]
        recovered_s = twins[chain.number].recovered_s if chain.number in twins else nan
        told += _of_true(chain, own, recovered_s)
    opened = {each.id: each.opened_s for each in run.opened}
    for each in chained.handled:
        if each.of is None:
            times = [(opened[each.id], NAMES["opened_s"]), *((getattr(each, name), words) for name, words in OF_FALSE)]
            told += [(time_s, f"false incident: {words}") for time_s, words in times]
    known = sorted((time_s, text) for time_s, text in told if isfinite(time_s))
    return tuple(ChainLine(run.name, time_s, text) for time_s, text in known)


def _of_true(
    chain: IncidentChain, handled: Sequence[HandledIncident], recovered_s: float
) -> Iterable[tuple[float, str]]:
    name = f"incident {chain.number}"
    yield chain.onset_s, f"{name}: lanes blocked"
    steps = [(getattr(chain, step), words) for step, words in NAMES.items() if step != "recovered_s"]
    steps.append((recovered_s, NAMES["recovered_s"]))
    for step, words in OF_TEAMS:
        came_s = [getattr(each, step) for each in handled if isfinite(getattr(each, step))]
        steps.append((min(came_s, default=nan), words))
    for time_s, words in steps:
        yield time_s, f"{name}: {words}, {time_s - chain.onset_s:.0f} s after onset"


def tell_at_pace(
    runs: Iterable[Sequence[ChainLine]],
    pace: float,
    tell: Callable[[str], None],
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Tell the lines of one run after the other, `pace` times as fast as they happened."""
    for lines in runs:
        before_s = lines[0].time_s if lines else 0.0
        for line in lines:
            if line.time_s > before_s:
                wait((line.time_s - before_s) / pace)
            before_s = line.time_s
            tell(str(line))
