"""Alarms of fault detectors on the Portland I-205 loops of 2011, compared with the data's own quality flags.

    python -m benchmarks.portland_faults SOURCE_DIR [--points N] [--detector NAME ...]

SOURCE_DIR is what `laneblock convert portland` takes; with freeway_loopdata_OneHour.csv in it, flags are compared. Each direction
is one stream of frames over all its recordings, gaps included. `gp_cusum` and `conservation` are fitted on the first half of the
days, with thresholds for 1 false alarm per loop-month; all detectors are replayed on the second half. Which loops are healthy
is not known, so the first half contains faults, and every alarm is counted, true or not.

Then incident detectors (--detector; sequential) are replayed on the second half, without a mask and masked by each fault detector
that raised an alarm: all alarms per corridor-day, true or not, where a corridor-day is 24 h of SECTIONS sections.

Flags: the hour of 2011-09-15, 0:00 to 1:00, has `status` and `dqflags` per sample. A loop is flagged where more than half of its
samples have a dqflags other than 0, and alarmed where a detector alarms it in more than 5 % of the time. Occupancy is not known
(occupancy.csv repeats the speeds), so PeMS's and IRIS's checks of it never apply.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.portland import print_table
from benchmarks.portland_alarms import SECTIONS, kept
from detectors.catalogue import build
from detectors.detector import Detector
from detectors.fault_masking import masked
from detectors.faults.conservation import Conservation
from detectors.faults.fit_fault_detectors import fit_conservation, fit_gp_cusum
from detectors.faults.fit_gaussian_process import POINTS
from detectors.faults.gp_cusum import GpCusum
from detectors.faults.iris import Iris
from detectors.faults.loop_index import loop_at
from detectors.faults.pems import Pems
from harness.running.run_defaults import DEFAULT_DETECTOR
from harness.scoring.alarms import alarms_of
from harness.scoring.fault_score import DAY_S
from harness.scoring.rates import Rate
from scenarios.corridor import Corridor
from simulator.formats.portland_files import PortlandDirection, PortlandSource, read_source
from simulator.formats.portland_stations import PERIOD_S, read_highways, read_lane_detectors
from simulator.frame import Flags, LoopFrame
from simulator.recording.csv_columns import read_columns

FLAGS = "freeway_loopdata_OneHour.csv"
ALARMED = 0.05  # of the time


@dataclass(frozen=True, slots=True)
class Day:
    """The frames of one day, as calibration takes them."""

    corridor: Corridor
    frames: tuple[LoopFrame, ...]
    incidents: None = None


def days(source: PortlandSource, direction: PortlandDirection) -> list[Day]:
    """Return every day with recordings, in order."""
    rows: dict[int, list[int]] = defaultdict(list)
    for run in kept(source):
        for row in range(run.first, run.last):
            rows[int(source.start_s[row]) // int(DAY_S)].append(row)
    blank = np.full(direction.count.shape[1:], np.nan)
    return [
        Day(
            direction.corridor,
            tuple(
                LoopFrame(float(source.start_s[row] + PERIOD_S), direction.count[row], direction.speed[row], blank)
                for row in rows[day]
            ),
        )
        for day in sorted(rows)
    ]


def fitted(corridor: Corridor, learnt: list[Day], points: int) -> dict[str, Callable[[], Detector]]:
    """Return how each detector is built; those that cannot be fitted are left out, and the reason is printed."""
    made: dict[str, Callable[[], Detector]] = {"iris": partial(Iris, corridor), "pems": partial(Pems, corridor)}
    try:
        model = fit_gp_cusum(learnt, "Portland", points=points)
        print(f"gp_cusum: b = {model.slack:g}, threshold {model.threshold(1.0):.1f}, {len(model.loops)} loops")
        made["gp_cusum"] = partial(GpCusum, corridor, model, model.threshold(1.0))
    except ValueError as error:
        print(f"gp_cusum: {error}")
    try:
        balance = fit_conservation(learnt, "Portland")
        made["conservation"] = partial(Conservation, corridor, balance, balance.thresholds[1.0])
    except ValueError as error:
        print(f"conservation: {error}")
    return made


def flagged(folder: Path, direction: PortlandDirection) -> dict[tuple[int, int], bool] | None:
    """Return, by (station, lane), whether most of a loop's samples in the flagged hour have a dqflags; None without the file.

    Stations that only have data in that hour are not in the corridor, and are left out.
    """
    path = folder / FLAGS
    if not path.is_file():
        return None
    samples: dict[str, list[bool]] = defaultdict(list)
    columns = read_columns(path, ("detectorid", "dqflags")).columns
    for detector, flags in zip(*columns, strict=True):
        samples[detector].append(flags not in ("", "0"))
    loops = read_lane_detectors(folder / "freeway_detectors.csv")
    places = [station.name for station in direction.corridor.stations]
    found = {}
    for name, corridor, ids in read_highways(folder / "freeway_stations.csv", folder / "highways.csv", loops):
        for loop in loops if name == direction.name else ():
            if loop.station not in ids or loop.detector not in samples:
                continue
            station = corridor.stations[ids.index(loop.station)]
            if station.name in places:
                lane = station.lanes - loop.lane_number
                found[places.index(station.name), lane] = sum(samples[loop.detector]) > len(samples[loop.detector]) / 2
    return found


def fault_row(
    direction: PortlandDirection,
    name: str,
    detector: Detector,
    held: list[Day],
    flags: dict[tuple[int, int], bool] | None,
) -> list[str]:
    """Return a detector's row: alarms, alarms per loop-day, alarmed time, agreement with the flags, loops alarmed."""
    frames = [frame for day in held for frame in day.frames]
    decisions = [detector.step(frame) for frame in frames]
    alarm: Flags = np.array([decision.alarm for decision in decisions])
    raised = alarms_of(alarm, np.array([frame.time_s for frame in frames]))
    count = np.array([frame.count for frame in frames])
    silent = np.isnan(count).all(axis=0).ravel()
    lanes = np.array([station.lanes for station in direction.corridor.stations])
    there = (np.arange(direction.corridor.lanes) < lanes[:, np.newaxis]).ravel()
    loop_days = float((there & ~silent).sum()) * len(frames) * PERIOD_S / DAY_S
    share = alarm.mean(axis=0)
    often = np.flatnonzero(share > ALARMED)
    loops = [loop_at(direction.corridor, int(k)) for k in often]
    named = ", ".join(f"{direction.corridor.stations[loop.station].name.split()[0]}/{loop.lane}" for loop in loops)
    cells = [name, str(len(raised)), rate_text(Rate(len(raised), loop_days)), f"{share[there].mean():.1%}"]
    if flags is None:
        return [*cells, "-", named]
    both = [
        (loop_flag, bool(share[s * direction.corridor.lanes + lane] > ALARMED))
        for (s, lane), loop_flag in flags.items()
    ]
    counts = [sum(one == pair for one in both) for pair in ((True, True), (True, False), (False, True), (False, False))]
    return [*cells, " / ".join(map(str, counts)), named]


def rate_text(rate: Rate) -> str:
    """Return the rate with its 95 % interval."""
    low, high = rate.interval
    return f"{rate.value:.2f} ({low:.2f} to {high:.2f})"


def masked_rows(
    direction: PortlandDirection, name: str, masks: dict[str, Detector | None], held: list[Day]
) -> list[list[str]]:
    """Return an incident detector's alarms on the second half, without a mask (None) and with each: one row each."""
    frames = [frame for day in held for frame in day.frames]
    times_s = np.array([frame.time_s for frame in frames])
    days = direction.corridor.sections * len(frames) * PERIOD_S / DAY_S / SECTIONS
    rows = []
    for mask, faults in masks.items():
        detector = build(name, direction.corridor)
        replayed = detector if faults is None else masked(detector, faults)
        raised = alarms_of(np.array([replayed.step(frame).alarm for frame in frames]), times_s)
        rows.append([name, mask, str(len(raised)), rate_text(Rate(len(raised), days))])
    return rows


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, help="TRAFFIC.zip and the tables are in it")
    parser.add_argument("--detector", action="append", metavar="NAME", help="incident detector; repeat for more")
    parser.add_argument("--points", type=int, default=POINTS, help="training points of each loop's process")
    arguments = parser.parse_args()
    source = read_source(arguments.source)
    for direction in source.directions:
        every = days(source, direction)
        half = len(every) // 2
        learnt, held = every[:half], every[half:]
        flags = flagged(arguments.source, direction)
        head = [
            "detector",
            "alarms",
            "per loop-day (95 %)",
            "alarmed time",
            "both/flag/alarm/none",
            "loops > 5 % alarmed",
        ]
        made = fitted(direction.corridor, learnt, arguments.points)
        rows = [fault_row(direction, name, make(), held, flags) for name, make in made.items()]
        length = f"{sum(len(day.frames) for day in held) * PERIOD_S / DAY_S:.2f} days of frames"
        print_table(f"{direction.name}: fitted on {len(learnt)} days, replayed on {len(held)} ({length})", head, rows)
        masks: dict[str, Detector | None] = {"-": None}
        masks |= {name: made[name]() for name, alarms, *_ in rows if alarms != "0"}
        for name in arguments.detector or [DEFAULT_DETECTOR]:
            print_table(
                f"{direction.name}: {name} without and with masks",
                ["incident detector", "masked by", "alarms", "per corridor-day (95 %)"],
                masked_rows(direction, name, masks, held),
            )


if __name__ == "__main__":
    main()
