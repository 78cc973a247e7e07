"""What unlogged incidents in the history cost an anomaly detector: DR, TTD and false alarms after training on 0, 1 and 5 % of them.

    python -m benchmarks.contamination RESULTS [--score RESULTS] [--out DIR] [--detector NAME ...] [--share X ...] [--control]

RESULTS is a battery's results with whole days without incident and recordings of one incident each, all of one corridor:
`results/calibration` (its runs of SR-91). Detectors are trained on the days with incidents put into them
(`contaminated_history`), of which they know nothing; so is the threshold for 1 false alarm per corridor-day, taken from the same
history. A detector that is not trained on normal traffic (charts, classical ones) keeps its shipped parameters, and only its
threshold comes from the history.

Scored, with the truth known, on the runs of --score (`results/sr91-compare`). Without it, half of RESULTS trains and the other half
is scored: every second day and incident; so it is looked at while a detector is made. "At equal false alarms" is read off the
curve of the scored runs, as `laneblock compare` does: what the model has lost, whatever became of its threshold. What is done is
kept in --out (RESULTS/contamination), and an interrupted benchmark continues. With --control nothing but the incidents is missing:
what is then lost is lost to the jumps at the edges of what is put in.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from concurrent.futures import as_completed
from functools import cache
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.contaminated_history import UnloggedRecording, contaminated
from benchmarks.contamination_plan import Plan, plan_of, read
from detectors.anomaly.anomaly_model_file import read_anomaly
from detectors.anomaly.anomaly_models import ANOMALY_MODELS
from detectors.calibration.aims import Aim
from detectors.calibration.thresholds import threshold_for
from detectors.catalogue import DETECTORS, build
from harness.records.atomic_files import write_json
from harness.records.detector_code import own_code_digest
from harness.records.kept_arrays import key_of
from harness.records.known_truth import known_truth
from harness.reporting.number_text import number, percent_with_interval, with_interval
from harness.reporting.report_document import DASH, Table
from harness.reporting.text_table import plain_text
from harness.running.process_pool import process_pool
from harness.running.run_defaults import cores
from harness.scoring.rates import Proportion, Rate, Sample
from harness.scoring.score_runs import ScoredRun
from harness.studies.comparison.comparison_replays import ComparisonReplay
from harness.studies.comparison.operating_curve import ComparedRun, curve, read_off, threshold_point
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array
from simulator.recording.recording_folder import Recording

SHARES = (0.0, 0.01, 0.05)
"""Of the history's frames under an incident."""
COMPARED = ("california8", "snd", "xbar", "cusum", "ewma", "hotelling_t2")
"""Detectors with shipped parameters whose threshold alone is learned, beside every anomaly detector."""
AIM = 1.0
"""False alarms per corridor-day."""
SEED = 15
"""Of which incidents are put where. Chosen."""


def scores_of(name: str, file: Path | None, corridor: Corridor, recording: Recording | UnloggedRecording) -> Array:
    """Return (T, N) the scores of a new detector on a recording."""
    detector = build(name, corridor, file, AIM)
    return np.array([detector.step(frame).score for frame in recording.frames])


@cache
def _shipped_scores(name: str, folder: Path) -> Array:
    recording = read(folder)
    return scores_of(name, None, recording.corridor, recording)


def measure(name: str, share: float, plan: Plan, out: Path, key: str, control: bool = False) -> dict[str, object]:
    """Train, set the threshold, score, keep the figures in `out`, and return them."""
    began = perf_counter()
    days, incidents = [read(day) for day in plan.days], [read(run) for run in plan.incidents]
    history = contaminated(days, incidents, share, np.random.default_rng(SEED), control)
    corridor, file = history.days[0].corridor, None
    entry = DETECTORS[name]
    if name in ANOMALY_MODELS:
        assert entry.calibrate is not None
        file = out / f"{_stem(name, share, control)}{entry.suffix}"
        entry.calibrate(history.days, file, "benchmarks.contamination", AIM)
        threshold = read_anomaly(file, name).threshold(AIM)
    else:
        scores = [scores_of(name, None, corridor, day) for day in history.days]
        threshold, _ = threshold_for(history.days, scores, Aim(AIM))
    trained_s = perf_counter() - began
    runs = []
    for folder in plan.scored:
        recording = read(folder)
        times_s = np.array([frame.time_s for frame in recording.frames])
        quiet = np.zeros((len(times_s), recording.corridor.sections), dtype=np.bool_)
        scored = ScoredRun(folder.name, recording.corridor, times_s, quiet, known_truth(folder, recording))
        scored_by = scores_of(name, file, recording.corridor, recording) if file else _shipped_scores(name, folder)
        found = {name: scored_by}
        runs.append(ComparedRun(scored, ComparisonReplay(times_s, recording.corridor.period_s, found, {}, {})))
    point, equal = threshold_point(runs, name, threshold), read_off(curve(runs, name), AIM)
    figures: dict[str, object] = {
        "key": key,
        "detector": name,
        "share": share,
        "history_share": history.share,
        "section_share": history.section_share,
        "incidents_in_history": history.incidents,
        "threshold": threshold,
        "detected": point.dr.part,
        "incidents": point.dr.whole,
        "ttd_s": list(point.ttd.values),
        "false_alarms": point.false_alarms,
        "corridor_days": point.corridor_days,
        "trained_s": trained_s,
        "equal_detected": None if equal is None else equal.dr.part,
        "equal_false_alarms": None if equal is None else equal.false_alarms,
        "took_s": perf_counter() - began,
    }
    write_json(out / f"{_stem(name, share, control)}.result.json", figures)
    return figures


def _stem(name: str, share: float, control: bool) -> str:
    return f"{name}-{share:g}{'-control' if control else ''}"


def kept(out: Path, name: str, share: float, key: str, control: bool = False) -> dict[str, object] | None:
    """Return the figures kept from before; None where there are none, or detector, code or runs were others."""
    path = out / f"{_stem(name, share, control)}.result.json"
    try:
        figures = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return figures if isinstance(figures, dict) and figures.get("key") == key else None


def table_of(found: Sequence[dict[str, object]]) -> Table:
    """Return DR, TTD and false alarms by detector and share."""
    head = (
        *("detector", "wanted, %", "in the history", "threshold", "detected", "DR, %", "mean TTD, s"),
        *("false", "per day", "at equal false alarms"),
    )
    rows = []
    for each in found:
        detected, of = int(str(each["detected"])), int(str(each["incidents"]))
        rate = Rate(int(str(each["false_alarms"])), float(str(each["corridor_days"])))
        times = Sample(tuple(each["ttd_s"]))  # type: ignore[arg-type]
        rows.append(
            (
                *(str(each["detector"]), f"{100 * float(str(each['share'])):g}"),
                f"{100 * float(str(each['history_share'])):.1f} % in {each['incidents_in_history']} incidents",
                *(number(float(str(each["threshold"])), 3), f"{detected} of {of}"),
                *(percent_with_interval(Proportion(detected, of)), with_interval(times.mean, times.interval)),
                *(str(rate.events), with_interval(rate.value, rate.interval, 2)),
                DASH if each["equal_detected"] is None else f"{each['equal_detected']} of {of}",
            )
        )
    return Table(f"Trained on unlogged incidents, set for {AIM:g} false alarm per corridor-day", head, tuple(rows))


def main() -> None:
    """Train and score what is not kept yet, then print the table."""
    parser = argparse.ArgumentParser(description="Anomaly detectors trained on a history with unlogged incidents.")
    parser.add_argument("results", type=Path, metavar="RESULTS", help="a battery's results, to train on")
    parser.add_argument("--score", type=Path, metavar="RESULTS", help="a battery's results, to score on")
    parser.add_argument("--out", type=Path, metavar="DIR", help="what is done is kept here; RESULTS/contamination")
    parser.add_argument("--detector", action="append", metavar="NAME", help="repeat for more")
    parser.add_argument("--share", action="append", type=float, metavar="X", help="share of frames; repeat for more")
    parser.add_argument("--control", action="store_true", help="recordings cut off where their incidents begin")
    parser.add_argument("--jobs", type=int, metavar="N", default=0, help="processes at a time; as many as cores")
    chosen = parser.parse_args()
    names = chosen.detector or [*COMPARED, *ANOMALY_MODELS]
    for name in names:
        if name not in DETECTORS or DETECTORS[name].thresholds is None:
            parser.error(f"wanted a detector of score and threshold, got {name!r}")
    try:
        jobs, shares = chosen.jobs or cores(), chosen.share or SHARES
        print(run(chosen.results, chosen.score, chosen.out, names, shares, jobs, chosen.control))
    except (UserError, OSError) as error:
        parser.error(str(error))


def run(
    results: Path,
    score: Path | None,
    out: Path | None,
    names: Sequence[str],
    shares: Sequence[float],
    jobs: int,
    control: bool = False,
) -> str:
    """Return the printed table, after what is missing was measured. Raises UserError as `plan_of` and `contaminated` do."""
    plan, out = plan_of(results, score), out or results / "contamination"
    out.mkdir(parents=True, exist_ok=True)
    runs = [str(folder.resolve()) for part in (plan.days, plan.incidents, plan.scored) for folder in part]
    keys = {name: key_of(own_code_digest(), DETECTORS[name].fingerprint(None, AIM), *runs) for name in names}
    found = {(name, share): kept(out, name, share, keys[name], control) for name in names for share in shares}
    todo = [each for each, known in found.items() if known is None]
    if todo:
        with process_pool(min(jobs, len(todo))) as pool:
            waiting = {
                pool.submit(f"{name} {share:g}", measure, name, share, plan, out, keys[name], control): (name, share)
                for name, share in todo
            }
            for number_done, done in enumerate(as_completed(waiting), start=1):
                name, share = waiting[done]
                found[name, share] = done.result()
                print(f"[{number_done:2d}/{len(todo)}] {name}, {100 * share:g} %", file=sys.stderr, flush=True)
    return plain_text(table_of([each for each in found.values() if each is not None]))


if __name__ == "__main__":
    main()
