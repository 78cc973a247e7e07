"""What each part of `sequential` buys: recordings replayed with one part switched off at a time.

    python -m benchmarks.sequential_ablation RESULTS_OR_RECORDING ... [--carry] [--parts NAME,...]

A results folder stands for its finished runs. Everything runs at the shipped threshold of 1 false alarm per corridor-day. The trees
are evaluated once. Recordings are replayed side by side, each as a new road; with --carry one after another, and those of one
corridor keep what was learned of the site, as with `--site-memory`: without "memory" it begins anew at each. Found, delay and
false are defined in `detectors.calibration.outcome`; where incidents are not known every alarm counts as false.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from benchmarks.side_by_side import side_by_side
from detectors.calibration.aims import Aim
from detectors.calibration.incident_free import calibration_sample, frame_times_s
from detectors.calibration.outcome import alarm_starts
from detectors.sequential.decision.detector_parts import ALL, Parts
from detectors.sequential.decision.event_alarms import EventAlarms
from detectors.sequential.decision.joint_scorer import JointScorer
from detectors.sequential.section_scorer import SectionScorer
from detectors.sequential.sequential_model_file import shipped_model
from detectors.sequential.training.joint_thresholds import StoredLogOdds
from detectors.site_memory import Memory
from harness.records.history_folders import history_recordings
from harness.reporting.report_document import Table
from harness.reporting.text_table import plain_text
from harness.running.calibration_recordings import CalibrationRecording, read_calibration_run
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame

Variant = tuple[str, Parts, bool]
AIM = 1.0
PARTS = (*(each.name for each in fields(Parts)), "memory")


@dataclass(slots=True)
class Tally:
    """What one variant did on all recordings."""

    incidents: int = 0
    false_alarms: int = 0
    days: float = 0.0
    delays_s: tuple[float, ...] = ()

    def add(self, run: CalibrationRecording, alarm: Flags) -> None:
        """Count a run's alarms (T, N)."""
        began, times_s = alarm_starts(alarm), frame_times_s(run)
        sample = calibration_sample([run], Aim().recovery_s)
        self.false_alarms += int((began & sample.free[0]).sum())
        self.days += sample.corridor_days
        for incident in run.incidents or ():
            self.incidents += 1
            alarm_s = times_s[began[:, run.corridor.section_at(incident.position_m)]]
            late = alarm_s > incident.clearance_s + Aim().grace_s
            self.delays_s += tuple((alarm_s[(alarm_s > incident.onset_s) & ~late] - incident.onset_s)[:1].tolist())

    def cells(self) -> tuple[str, ...]:
        """Return the table's cells."""
        mean, median = (f"{each(self.delays_s):.0f}" if self.delays_s else "-" for each in (np.mean, np.median))
        rate = f"{self.false_alarms / self.days:.2f}" if self.days else "-"
        return f"{len(self.delays_s)} of {self.incidents}", mean, median, str(self.false_alarms), rate


def variants(names: list[str]) -> Iterator[Variant]:
    """Yield the variants: name, parts, whether the memory is kept."""
    yield "all parts", ALL, True
    for name in names:
        yield f"without {name}", ALL if name == "memory" else replace(ALL, **{name: False}), name != "memory"


def tree_log_odds(corridor: Corridor, frames: Sequence[LoopFrame]) -> Array:
    """Return the trees' log odds (T, N), all loops believed."""
    trees = SectionScorer(corridor, shipped_model())
    return np.stack([trees.score(frame) for frame in frames])


def alarms_of(
    corridor: Corridor, frames: Sequence[LoopFrame], log_odds: Array, parts: Parts, memory: Memory | None
) -> tuple[Flags, Memory]:
    """Return the alarms (T, N) of a variant, and what it has learned; `memory` to begin with."""
    scorer = JointScorer(corridor, StoredLogOdds(log_odds), parts)
    if memory is not None:
        scorer.recall(memory)
    alarms = EventAlarms(corridor, shipped_model().threshold(AIM))
    alarm = np.stack([alarms.step(frame.time_s, scorer.score(frame)) for frame in frames])
    return alarm, scorer.memory()


def watched(runs: list[CalibrationRecording], tried: list[Variant], tallies: list[Tally]) -> None:
    """Replay recordings one after another, each road with what was learned of it before."""
    kept: dict[str, dict[str, Memory]] = {name: {} for name, _, _ in tried}
    for run in runs:
        log_odds = tree_log_odds(run.corridor, run.frames)
        for tally, (name, parts, remembers) in zip(tallies, tried, strict=True):
            before = kept[name].get(run.corridor.name) if remembers else None
            alarm, kept[name][run.corridor.name] = alarms_of(run.corridor, run.frames, log_odds, parts, before)
            tally.add(run, alarm)


def at_once(runs: list[CalibrationRecording], tried: list[Variant], tallies: list[Tally]) -> None:
    """Replay recordings side by side, each as a new road."""
    for joined in side_by_side(runs):
        log_odds = tree_log_odds(joined.corridor, joined.frames)
        for tally, (_, parts, _) in zip(tallies, tried, strict=True):
            alarm, _ = alarms_of(joined.corridor, joined.frames, log_odds, parts, None)
            for number, run in enumerate(joined.runs):
                tally.add(run, joined.alarms_of(number, alarm))


def main() -> None:
    """Replay and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--carry", action="store_true")
    parser.add_argument("--parts", default=None)
    chosen = parser.parse_args()
    names = PARTS if chosen.carry else PARTS[:-1]
    tried = list(variants(chosen.parts.split(",") if chosen.parts else list(names)))
    tallies = [Tally() for _ in tried]
    runs = [read_calibration_run(folder) for folder in history_recordings(chosen.folders, "RESULTS")]
    (watched if chosen.carry else at_once)(runs, tried, tallies)
    rows = tuple((name, *tally.cells()) for (name, _, _), tally in zip(tried, tallies, strict=True))
    columns = ("variant", "found", "mean s", "median s", "false", "a day")
    print(plain_text(Table(f"{AIM:g} false alarm a day", columns, rows)))


if __name__ == "__main__":
    main()
