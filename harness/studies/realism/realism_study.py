"""Recordings compared with simulated ones, statistic by statistic."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.records.battery_folder import ResultsFolder
from harness.studies.realism.clean_sample import CleanSample
from harness.studies.realism.realism_samples import Show, measure, read_samples, with_runs
from harness.studies.realism.reference_file import Reference, read_reference, reference_of
from harness.studies.realism.spread import Spread, Verdict, share_inside, spread_of, verdict
from harness.studies.realism.statistic import STATISTICS, Statistic
from scenarios.errors import UserError


@dataclass(frozen=True, slots=True)
class ComparedStatistic:
    """A statistic of the recordings (`real`; None without data) and of the simulated ones, and where the real median lies.

    `share_inside`: share of the real units within the simulated 5 to 95 % range.
    """

    statistic: Statistic
    real: Spread | None
    simulated: Spread | None
    verdict: Verdict
    share_inside: float


@dataclass(frozen=True, slots=True)
class RealismFindings:
    """All statistics of recordings beside a reference; `notices` say what is missing. `period_s` are the recordings' periods."""

    recordings: int
    samples: int
    hours: float
    period_s: tuple[float, ...]
    reference: Reference
    compared: tuple[ComparedStatistic, ...]
    notices: tuple[str, ...]

    def count(self, which: Verdict) -> int:
        """Return how many statistics have a verdict."""
        return sum(each.verdict == which for each in self.compared)


def compare_with_reference(samples: Sequence[CleanSample], recordings: int, reference: Reference) -> RealismFindings:
    """Return the statistics of `samples` beside those of the reference."""
    values = measure(samples)
    compared = []
    for each in STATISTICS:
        own = values.get(each.key)
        real, simulated = spread_of(own) if own else None, reference.spreads.get(each.key)
        if real is not None or simulated is not None:
            inside = share_inside(own or (), simulated)
            compared.append(ComparedStatistic(each, real, simulated, verdict(real, simulated), inside))
    hours = sum(sample.hours for sample in samples)
    periods = tuple(sorted({sample.corridor.period_s for sample in samples}))
    return RealismFindings(
        recordings, len(samples), hours, periods, reference, tuple(compared), _notices(compared, hours, periods)
    )


def read_against(against: str, show: Callable[[str], Show]) -> Reference:
    """Return the reference named, in a file, or measured on the runs in a results folder.

    Raises UserError, MissingFileError where `against` is none of these. `show` is told what is read, for its progress.
    """
    folder = Path(against)
    if not folder.is_dir():
        return read_reference(against)
    if not (folder / "runs").is_dir():
        raise UserError(
            f"--against {against}: wanted a results folder with finished runs, or a reference; it has no runs"
        )
    runs = with_runs([folder])
    record = ResultsFolder(folder).read_if_used() or {}
    samples = read_samples(runs, show("simulated"))
    return reference_of(str(record.get("name") or folder.name), samples, measure(samples))


def _notices(compared: Sequence[ComparedStatistic], hours: float, periods: Sequence[float]) -> tuple[str, ...]:
    real = {each.statistic.key for each in compared if each.real is not None}
    notices = []
    if "occupancy_at_highest" not in real:
        notices.append(
            "No occupancy at the highest flow: occupancy is not known, or no station reaches 1400 veh/h/lane."
        )
    if "before_breakdown_vphpl" not in real:
        notices.append("No breakdown in these recordings: nothing is said of recurrent congestion.")
    if hours < 24:
        notices.append(
            f"The recordings hold {hours:.1f} h: statistics of rare events (faults, breakdowns) rest on little."
        )
    if any(not 20 <= period_s <= 30 for period_s in periods):
        notices.append("Counts of other periods than 20 to 30 s: the variance to mean of one frame is not comparable.")
    return tuple(notices)
