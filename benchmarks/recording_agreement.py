"""Two truths of one run: the simulation's, and what a rough log and the loops tell; do they agree?

    python -m benchmarks.recording_agreement results/calibration --detector sequential --detector california7

Every finished run of a battery's results is read back as a recording of a real road: its truth is degraded to a log that is late,
rough in place, often without lanes or clearance (`benchmarks.rough_logs`), and its incidents' extents are found from the loops
alone. Each detector is replayed once (kept in --out) and scored both ways: by the truth (`harness.scoring.matching`)
and by the extents (`harness.scoring.extent_matching`).

Printed: alarms by both kinds, DR, TTD from the true onset and false alarms per corridor-day by both, and the incidents that are
visible. To reach: at most `MOST_OTHER` of all alarms of another kind, and DR within `MOST_DR` (`benchmarks.two_truths`); exit
code 1 otherwise.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from zlib import crc32

import numpy as np

from benchmarks.rough_logs import rough_log
from benchmarks.two_truths import Agreement, Judged, agreement, extents_of, judge
from detectors.catalogue import DETECTORS, build, fingerprint
from detectors.catalogue_entry import unknown_detector
from harness.records.battery_folder import finished_runs
from harness.records.detector_code import own_code_digest
from harness.records.kept_arrays import key_of, read_kept, replay_file, write_kept
from harness.records.known_truth import known_truth
from harness.reporting.number_text import number, percent, with_interval
from harness.reporting.report_document import Table
from harness.reporting.text_table import plain_text
from harness.running.feed_detector import collect
from harness.scoring.matching import Kind
from harness.scoring.rates import Proportion
from simulator.frame import Flags
from simulator.recording.recording_folder import Recording, read_recording

KINDS: tuple[Kind, ...] = ("detection", "neutral", "false")


def judged_runs(
    results: Path, names: Sequence[str], seed: int, out: Path, pattern: str
) -> Iterator[tuple[str, dict[str, Judged]]]:
    """Yield each finished run with what is judged of every detector on it; runs without truth are left out."""
    for folder in finished_runs(results):
        if not fnmatch(folder.name, pattern):
            continue
        recording = read_recording(folder.path)
        truth = known_truth(folder.path, recording)
        if truth is None:
            continue
        log = rough_log(truth.incidents, recording.corridor, np.random.default_rng((seed, crc32(folder.name.encode()))))
        extents = extents_of(recording, log)
        yield (
            folder.name,
            {
                name: judge(recording, truth, extents, _alarm(folder.loops, out, folder.name, recording, name))
                for name in names
            },
        )


def _alarm(loops: Path, out: Path, run: str, recording: Recording, name: str) -> Flags:
    file = replay_file(out, f"{run}-{name}")
    key = key_of(fingerprint(name), own_code_digest(), loops.read_bytes())
    kept = read_kept(file, key)
    if kept is None:
        decisions, _ = collect(build(name, recording.corridor), recording.frames, recording.corridor)
        kept = {"alarm": decisions.alarm}
        write_kept(file, key, kept)
    return np.asarray(kept["alarm"], dtype=np.bool_)


def print_agreement(name: str, judged: Sequence[Judged], found: Agreement) -> None:
    """Print one detector's tables."""
    rows = []
    for kind in KINDS:
        cells = [sum(pair == (kind, other) for one in judged for pair in one.kinds) for other in KINDS]
        rows.append((kind, *map(str, cells)))
    columns = ("by the truth", *(f"{kind} by extents" for kind in KINDS))
    share = Proportion(found.other_kind, found.alarms)
    caption = f"{name}: {found.other_kind} of {found.alarms} alarms ({percent(share.value)} %) of another kind"
    print(plain_text(Table(caption, columns, tuple(rows))) + "\n")
    both = tuple(
        (
            *(side, f"{dr.part} of {dr.whole}", with_interval(100 * dr.value, dr.interval.scaled(100))),
            *(with_interval(ttd.mean, ttd.interval), number(ttd.median), str(rate.events)),
            with_interval(rate.value, rate.interval, 2),
        )
        for side, dr, ttd, rate in zip(("truth", "log and loops"), found.dr, found.ttd, found.false, strict=True)
    )
    head = ("scored by", "detected", "DR, %", "mean TTD from the onset, s", "median, s", "false alarms", "a day")
    print(plain_text(Table(name, head, both)) + "\n")


def main() -> None:
    """Judge every run both ways and print how far the two agree."""
    parser = argparse.ArgumentParser(description="How far scores by log and loops agree with scores by the truth.")
    parser.add_argument("results", type=Path, metavar="RESULTS", help="folder of a battery's results")
    parser.add_argument("--detector", action="append", metavar="NAME", help="repeat for more [sequential, california7]")
    parser.add_argument("--out", type=Path, metavar="DIR", help="keep replays here [RESULTS/agreement]")
    parser.add_argument(
        "--runs", default="*", metavar="PATTERN", help="runs whose names match, like '*-[0-9][0-9]' [*]"
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of the degraded logs [1]")
    chosen = parser.parse_args()
    names = chosen.detector or ["sequential", "california7"]
    for name in names:
        if name not in DETECTORS:
            parser.error(str(unknown_detector("detector", name, DETECTORS)))
    runs = dict(
        judged_runs(chosen.results, names, chosen.seed, chosen.out or chosen.results / "agreement", chosen.runs)
    )
    if not runs:
        parser.error(f"{chosen.results}: no finished runs with a truth")
    first = [judged[names[0]] for judged in runs.values()]
    seen = [(flag, trace) for one in first for flag, trace in zip(one.impact, one.traces, strict=True)]
    cells = [
        [sum(pair == (flag, trace) for pair in seen) for trace in ("queue", "lanes", "")] for flag in (True, False)
    ]
    rows = [(label, *map(str, row)) for label, row in zip(("with impact", "without"), cells, strict=True)]
    table = Table("Incidents by their trace", ("by the truth", "queue", "lanes alone", "not visible"), tuple(rows))
    print(f"{len(runs)} runs\n\n{plain_text(table)}\n")
    kept = True
    for name in names:
        judged = [each[name] for each in runs.values()]
        found = agreement(judged)
        print_agreement(name, judged, found)
        kept = kept and found.holds
    sys.exit(not kept)


if __name__ == "__main__":
    main()
