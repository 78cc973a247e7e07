r"""Share of over- and undercounts that any fault detector can find in 30 min at 1 false alarm per loop-month: the floor of misses.

    python -m benchmarks.fault_floor RECORDING... --faults FILE [--found FAULTS_CSV]

    healthy recordings --> each loop's count predicted from all other loops near it --> noise of half an hour
    faults --> by how much each changes the counts of its first half hour --> the best possible test of that change

What the loops near it count says how many vehicles a loop should count; what is left is its noise. In half an hour a fault adds
Delta to six five-minute values y = 2 sqrt(n + 3/8), whose residuals add up to a deviation s. A detector with 1 false alarm per
loop-month raises one in a given half hour with probability alpha = 1/1440 at most, so by the lemma of Neyman and Pearson it finds
the fault within half an hour with a probability of at most

.. math:: \beta = \Phi(|\Delta| / s - z_\alpha), \qquad z_{1/1440} = 3.20

That test knows size and start of the fault. *Known size*: a cumulative sum that knows the size alone, with the threshold of that
false alarm rate (Siegmund 1985, equation 2.57), tried on drawn residuals. The prediction is a ridge regression on all other
loops up to REACH stations away, fitted on the other recordings. Its noise is taken as normal.

Columns: faults; their sum of beta; of the known-size sum; with --found (faults.csv of `laneblock faults detect`) those that each
detector found in 30 min, and these as a share of the sum of beta.
"""

import argparse
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import norm

from detectors.faults.frame_aggregation import STEP_S, anscombe, step_counts
from detectors.faults.healthy_loop_rates import MONTH_DAYS
from harness.reporting.report_document import Table
from harness.reporting.text_table import plain_text
from harness.scoring.fault_score import DAY_S, SOON_S
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from scenarios.fault import SensorFault
from scenarios.files.fault_schedule_file import read_fault_plan
from simulator.faults.fault_kinds import HOUR_S, overcounted, undercounted
from simulator.frame import Array
from simulator.recording.recording_folder import read_recording

REACH = 2
"""Stations up and down whose loops predict a loop. Chosen: a third one predicts no better."""
RIDGE = 10.0
"""Penalty of the regression, in values. Chosen: a hundredth of a day's variance."""
STEPS = round(SOON_S / STEP_S)
ALPHA = SOON_S / (MONTH_DAYS * DAY_S)
DRAWS = 4000
"""Trials of the known-size sum per fault. Chosen: a share of 0.5 is known to 0.008."""
FLOWS_VPH = ((0, 300), (300, 600), (600, 10_000))
SIEGMUND = 1.166
"""Mean overshoot of a random walk at both bounds (Siegmund 1985)."""
TTD = "ttd_s "
"""Begin of the names of the columns with times to detection in faults.csv."""
COUNTING = ("overcount", "undercount")


@dataclass(frozen=True, slots=True)
class BoundedFault:
    """A fault: flow [veh/h] of its first half hour, its change in deviations, and the shares that can be found."""

    run: str
    fault: SensorFault
    flow_vph: float
    shift: float
    most: float
    known_size: float


def residuals_of(days: Sequence[Array], corridor: Corridor) -> list[Array]:
    """Return (T, S x L) residuals of each day's values, predicted from the loops near by as the other days have them."""
    station = np.arange(days[0].shape[1]) // corridor.lanes
    left = [np.full(day.shape, np.nan) for day in days]
    for loop in range(days[0].shape[1]):
        near = (np.abs(station - station[loop]) <= REACH) & (np.arange(len(station)) != loop)
        near &= np.isfinite(days[0]).any(axis=0)
        if not np.isfinite(days[0][:, loop]).any():
            continue
        for k, day in enumerate(days):
            others = np.concatenate([each for j, each in enumerate(days) if j != k])
            good = np.isfinite(others[:, near]).all(axis=1) & np.isfinite(others[:, loop])
            x, y = others[good][:, near], others[good][:, loop]
            centre, middle = x.mean(axis=0), y.mean()
            gram = (x - centre).T @ (x - centre) + RIDGE * np.eye(x.shape[1])
            weights = np.linalg.solve(gram, (x - centre).T @ (y - middle))
            left[k][:, loop] = day[:, loop] - middle - (day[:, near] - centre) @ weights
    return left


def noise_of(residuals: Sequence[Array]) -> Array:
    """Return (S x L,) the deviation of half an hour's sum of residuals."""
    sums = [each[: len(each) // STEPS * STEPS].reshape(-1, STEPS, each.shape[1]).sum(axis=1) for each in residuals]
    return np.asarray(np.nanstd(np.concatenate(sums), axis=0))


def faulty_counts(fault: SensorFault, count: Array) -> Array:
    """Return what a loop with the fault counts of `count` vehicles in steps of STEP_S."""
    if fault.kind == "overcount":
        return overcounted(count, fault.strength)
    return undercounted(count, fault.strength, fault.level * STEP_S / HOUR_S)


def known_size_share(shift: float, rng: np.random.Generator) -> float:
    """Return how often a sum that knows the shift exceeds its threshold in half an hour; `shift` in deviations of all of it."""
    frames = 60
    drift = shift / np.sqrt(frames)
    if drift < 1e-3:
        return ALPHA
    low, high = 0.0, 60.0
    for _ in range(60):
        bound = (low + high) / 2
        x = drift * (bound + SIEGMUND)
        run_length = 2 * (np.expm1(x) - x) / drift**2
        low, high = (low, bound) if run_length > frames / ALPHA else (bound, high)
    total, found = np.zeros(DRAWS), np.zeros(DRAWS, dtype=np.bool_)
    for step in range(-2 * frames, frames):
        z = rng.standard_normal(DRAWS) + (drift if step >= 0 else 0.0)
        total = np.maximum(total + z - drift / 2, 0.0)
        found |= (total > high) & (step >= 0)
    return float(found.mean())


def bounded(
    run: str, faults: Sequence[SensorFault], corridor: Corridor, first_s: float, count: Array, noise: Array
) -> list[BoundedFault]:
    """Return the bounds of a run's faults from its true counts (T, S x L) in steps of STEP_S, which begin at `first_s`."""
    names, rng, found = [station.name for station in corridor.stations], np.random.default_rng(2017), []
    for fault in faults:
        if fault.kind not in COUNTING:
            continue
        loop = names.index(fault.station) * corridor.lanes + fault.lane
        begin = round((fault.onset_s - first_s) / STEP_S)
        own = count[begin : begin + STEPS, loop]
        if len(own) < STEPS or not np.isfinite(own).all():
            continue
        change = float((anscombe(faulty_counts(fault, own)) - anscombe(own)).sum())
        shift = abs(change) / float(noise[loop])
        most = float(norm.cdf(shift - norm.isf(ALPHA)))
        flow_vph = float(own.mean()) * HOUR_S / STEP_S
        found.append(BoundedFault(run, fault, flow_vph, shift, most, known_size_share(shift, rng)))
    return found


def found_soon(path: Path) -> dict[str, set[tuple[str, str, int, float]]]:
    """Return, by detector, the faults found in 30 min of a faults.csv: run, station, lane, onset [s]."""
    found: dict[str, set[tuple[str, str, int, float]]] = {}
    with path.open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            for column, time_s in row.items():
                if column.startswith(TTD):
                    own = found.setdefault(column.removeprefix(TTD), set())
                    if time_s and float(time_s) <= SOON_S:
                        own.add((row["run"], row["station"], int(row["lane"]), float(row["onset_s"])))
    return found


def floor_table(every: Sequence[BoundedFault], found: dict[str, set[tuple[str, str, int, float]]]) -> Table:
    """Return the table by flow."""
    rows = []
    for low, high in (*FLOWS_VPH, (0, 10_000)):
        own = [each for each in every if low <= each.flow_vph < high]
        if not own:
            continue
        most = sum(each.most for each in own)
        cells = [f"{low} and more" if high == 10_000 else f"{low} to {high}", str(len(own)), f"{most:.1f}"]
        cells.append(f"{sum(each.known_size for each in own):.1f}")
        for keys in found.values():
            hit = sum((b.run, b.fault.station, b.fault.lane, b.fault.onset_s) in keys for b in own)
            cells.append(f"{hit} ({100 * hit / most:.0f} % of findable)" if most else str(hit))
        rows.append(tuple(cells))
    return Table(
        f"Over- and undercounts, found in {SOON_S / 60:.0f} min at 1 false alarm per loop-month",
        ("flow at the loop [veh/h]", "faults", "findable at most", "size known", *found),
        tuple(rows),
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recordings", type=Path, nargs="+", help="healthy days of one corridor, at least two")
    parser.add_argument("--faults", type=Path, required=True, help="schedule or rates of faults")
    parser.add_argument("--found", type=Path, help="faults.csv of laneblock faults detect on these recordings")
    arguments = parser.parse_args()
    if len(arguments.recordings) < 2:
        raise UserError("wanted at least two recordings: noise comes from days that were not fitted on")
    plan, runs = (
        read_fault_plan(arguments.faults),
        [(folder, read_recording(folder)) for folder in arguments.recordings],
    )
    corridor = runs[0][1].corridor
    counts = [step_counts(tuple(run.frames), STEP_S, corridor.period_s) for _, run in runs]
    noise = noise_of(residuals_of([anscombe(each) for each in counts], corridor))
    print(f"Noise of a 5-min value: {np.nanmedian(noise) / np.sqrt(STEPS):.2f} (median loop); Poisson alone is 1\n")
    every = []
    for (folder, run), count in zip(runs, counts, strict=True):
        first_s = float(run.frames[0].time_s) - corridor.period_s
        faults = plan.schedule(corridor, first_s, float(run.frames[-1].time_s), folder.resolve().name)
        every += bounded(folder.resolve().name, faults, corridor, first_s, count, noise)
    print(plain_text(floor_table(every, found_soon(arguments.found) if arguments.found else {})))


if __name__ == "__main__":
    main()
