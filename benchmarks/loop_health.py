"""Loops that `LoopHealth` does not trust: false masks in healthy traffic, blocked lanes in incidents, and loops by name.

    python -m benchmarks.loop_health RECORDING... [--loops N]

Each recording is one stream. Where its incidents are known, time from an onset to RECOVERY_S after the clearance is apart; the rest
is free. All loops count as healthy there, so every mask that begins is false in a simulation, and on a real road the number of
masks is an upper bound on the false ones.

*Blocked lanes*: the loops in a blocked lane at the stations up and down of an incident, from its onset to its clearance; a mask
there hides the incident. Loops without data are left out of the false masks, and listed with the others that are masked most.
"""

import argparse
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from detectors.faults.loop_index import has_loop
from detectors.health.loop_states import Reason
from detectors.loop_health import LoopHealth
from harness.reporting.report_document import DASH, Table
from harness.reporting.text_table import plain_text
from harness.scoring.fault_score import DAY_S, MONTH_DAYS, RECOVERY_S
from harness.scoring.rates import Rate
from simulator.recording.recording_folder import Recording, read_recording

SHOWN = 12
"""Loops listed. Chosen."""


@dataclass(slots=True)
class Tally:
    """What was counted over the recordings so far."""

    runs: int = 0
    incidents: int = 0
    free_months: float = 0.0
    free: Counter[str] = field(default_factory=Counter)
    during: Counter[str] = field(default_factory=Counter)
    blocked_loops: int = 0
    blocked_frames: int = 0
    blocked_masked: int = 0
    masked: dict[str, tuple[float, str]] = field(default_factory=dict)


def add_recording(tally: Tally, name: str, recording: Recording) -> None:
    """Count a recording's masks."""
    corridor, health = recording.corridor, LoopHealth(recording.corridor)
    reason = np.array([health.step(frame).reason for frame in recording.frames])
    times_s = np.array([frame.time_s for frame in recording.frames])
    masked = reason != Reason.SOUND
    incidents = recording.incidents or ()
    busy = np.zeros(len(times_s), dtype=np.bool_)
    for incident in incidents:
        busy |= (times_s > incident.onset_s) & (times_s <= incident.clearance_s + RECOVERY_S)
    begins = masked & (reason != Reason.NO_DATA)
    begins[1:] &= ~masked[:-1]
    for row, station, lane in np.argwhere(begins):
        (tally.during if busy[row] else tally.free)[Reason(reason[row, station, lane]).name.lower()] += 1
    there = has_loop(corridor).reshape(masked.shape[1:])
    tally.runs += 1
    tally.incidents += len(incidents)
    tally.free_months += float((~busy).sum() * there.sum()) * corridor.period_s / DAY_S / MONTH_DAYS
    for incident in incidents:
        section = corridor.section_at(incident.position_m)
        lasting = (times_s > incident.onset_s) & (times_s <= incident.clearance_s)
        for station in (section, section + 1):
            for lane in (each for each in incident.lanes if each < corridor.stations[station].lanes):
                tally.blocked_loops += 1
                tally.blocked_frames += int(lasting.sum())
                tally.blocked_masked += int(masked[lasting, station, lane].sum())
    for station, lane in np.argwhere(masked.any(axis=0)):
        own = reason[:, station, lane]
        said = ", ".join(f"{Reason(k).name.lower()} {(own == k).mean():.1%}" for k in np.unique(own[own > 0]))
        tally.masked[f"{name}: {corridor.stations[station].name}, lane {lane}"] = float((own > 0).mean()), said


def tables(tally: Tally, shown: int) -> list[Table]:
    """Return what was counted as two tables."""
    rate = Rate(sum(tally.free.values()), tally.free_months)
    low, high = rate.interval
    share = f"{tally.blocked_masked / tally.blocked_frames:.2%}" if tally.blocked_frames else DASH
    rows = (
        ("recordings, incidents", f"{tally.runs}, {tally.incidents}"),
        ("free loop-months", f"{tally.free_months:.2f}"),
        ("masks begun in free time, per loop-month", f"{rate.events}, {rate.value:.2f} ({low:.2f} to {high:.2f})"),
        ("by reason", ", ".join(f"{name} {number}" for name, number in tally.free.most_common()) or "-"),
        ("masks begun in incidents", ", ".join(f"{name} {n}" for name, n in tally.during.most_common()) or "0"),
        ("loops of blocked lanes, their frames", f"{tally.blocked_loops}, {tally.blocked_frames}"),
        ("of these frames masked", f"{tally.blocked_masked} ({share})"),
    )
    worst = sorted(tally.masked.items(), key=lambda item: -item[1][0])[:shown]
    return [
        Table("Loops not trusted", ("what", "counted"), rows, text_columns=2),
        Table(
            "Loops masked most",
            ("loop", "of the time", "reasons"),
            tuple((name, f"{of_time:.1%}", said) for name, (of_time, said) in worst),
            text_columns=3,
        ),
    ]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recordings", type=Path, nargs="+", help="folders of recordings")
    parser.add_argument("--loops", type=int, default=SHOWN, help="loops listed")
    arguments = parser.parse_args()
    tally = Tally()
    for folder in arguments.recordings:
        add_recording(tally, folder.resolve().name, read_recording(folder))
    for table in tables(tally, arguments.loops):
        print(plain_text(table) + "\n")


if __name__ == "__main__":
    main()
