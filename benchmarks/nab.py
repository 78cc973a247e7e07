"""Control charts and anomaly models on the traffic series of the Numenta Anomaly Benchmark (NAB): a smoke test.

    python -m benchmarks.nab FOLDER [--detector NAME ...] [--series NAME ...]

FOLDER holds the series, labels.json and windows.json (`nab_series`). Each detector learns from the probationary samples of a
series, its first 15 %, and gets its threshold there, for 1 alarm a day and for 1 in seven days; the rest is scored against NAB's
own windows (`nab_windows`), over all series together. Occupancies, speeds and travel times are each taken in their own unit:
residuals and features are in deviations.

It shows that the arithmetic runs on data from elsewhere, and no more: one quantity of one sensor, a sample in five minutes,
fourteen anomalies that mark no known event, windows of hours to days. It is no test of incident detection, and no choice was made
on it.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.nab_scores import Scorer, scorers
from benchmarks.nab_series import NabSeries, read_series
from benchmarks.nab_windows import A_FN, A_TP, NabOutcome, alarm_starts, outcome, sampled_days
from detectors.calibration.thresholds import least_threshold
from harness.reporting.report_document import Table
from harness.reporting.text_table import plain_text
from harness.scoring.rates import Proportion, Rate
from scenarios.errors import UserError
from simulator.frame import Array

RATES = {"1 a day": 1.0, "1 in 7 days": 1.0 / 7.0}
"""Alarms per day that a threshold is learned for. One in seven days is what one of a corridor-day's seven sections may raise."""
PEAK_S = 3600.0
"""A peak is the largest score in this time, s, as long as an alarm holds."""


def learned_threshold(series: NabSeries, score: Array, rate: float) -> float:
    """Return the threshold for `rate` alarms per day, from the probationary scores. Raises UserError where none is known."""
    early = np.arange(len(score)) < series.probation
    known = early & np.isfinite(score)
    if not known.any():
        raise UserError(f"{series.name}: no probationary sample has a score")
    block = (series.time_s[known] // PEAK_S).astype(np.int64)
    peaks = np.array([score[known][block == each].max() for each in np.unique(block)])
    before = np.where(early, score, np.nan)
    threshold, _ = least_threshold(
        np.sort(peaks)[::-1],
        rate * sampled_days(series, early),
        lambda level: int(alarm_starts(before, series.time_s, level).sum()),
    )
    return threshold


def evaluate(every: Sequence[NabSeries], chosen: dict[str, Scorer]) -> tuple[Table, Table]:
    """Return a table over all series, and one by series of what is found at the stricter rate.

    A detector that cannot learn from one of the series is in neither, and in the first one's note.
    """
    rows, by_series, left_out = [], [], []
    for name, score in chosen.items():
        try:
            scores = [score(series) for series in every]
        except (UserError, ImportError) as error:  # too few samples to learn from, or a library that is not installed
            left_out.append(f"{name}: {error}")
            continue
        for label, rate in RATES.items():
            found = [
                outcome(series, each, learned_threshold(series, each, rate))
                for series, each in zip(every, scores, strict=True)
            ]
            rows.append(_row(name, label, found))
        by_series.append((name, *(f"{each.found} of {each.windows}, {each.false_alarms} false" for each in found)))
    note = f"Left out: {'; '.join(left_out)}." if left_out else ""
    head = ("detector", "set for", "found", "95 %", "by chance", "false", "per day", "95 %", "first at", "NAB's score")
    return (
        Table(
            f"{len(every)} series, {sum(len(s.windows) for s in every)} windows",
            head,
            tuple(rows),
            note,
            text_columns=2,
        ),
        Table("By series, set for 1 in 7 days", ("detector", *(s.name for s in every)), tuple(by_series)),
    )


def _row(name: str, label: str, found: Sequence[NabOutcome]) -> tuple[str, ...]:
    share = Proportion(sum(each.found for each in found), sum(each.windows for each in found))
    false = Rate(sum(each.false_alarms for each in found), sum(each.free_days for each in found))
    places = [place for each in found for place in each.places]
    nab = (
        (sum(each.score for each in found) + A_FN * share.whole) / ((A_TP + A_FN) * share.whole)
        if share.whole
        else np.nan
    )
    return (
        *(
            name,
            label,
            f"{share.part} of {share.whole}",
            f"{100 * share.interval.low:.0f} to {100 * share.interval.high:.0f} %",
        ),
        *(f"{sum(each.by_chance for each in found):.1f}", str(false.events), f"{false.value:.2f}"),
        f"{false.interval.low:.2f} to {false.interval.high:.2f}",
        *(f"{100 * float(np.median(places)):.0f} %" if places else "-", f"{nab:.2f}"),
    )


def main() -> None:
    """Read, score, print."""
    parser = argparse.ArgumentParser(description="Charts and anomaly models on NAB's traffic series: a smoke test.")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="with labels.json, windows.json and CSV files")
    parser.add_argument("--detector", action="append", metavar="NAME", help="repeat for more; all by default")
    parser.add_argument("--series", action="append", metavar="NAME", help="repeat for more; all by default")
    chosen = parser.parse_args()
    known = scorers()
    for name in chosen.detector or ():
        if name not in known:
            parser.error(f"no chart or anomaly model {name!r}; there are {', '.join(known)}")
    try:
        every = read_series(chosen.folder)
        names = [series.name for series in every]
        for name in chosen.series or ():
            if name not in names:
                parser.error(f"no series {name!r}; there are {', '.join(names)}")
        kept = [series for series in every if not chosen.series or series.name in chosen.series]
        for table in evaluate(kept, {name: known[name] for name in chosen.detector or known}):
            print(plain_text(table) + "\n")
    except (ValueError, OSError) as error:
        parser.error(str(error))
    print(
        "'found' and 'by chance' are windows; 'first at': median place of the first alarm in a found window; NAB's score:"
    )
    print("0 is no alarm at all, 1 every window at its first sample. A smoke test: no event is known in these windows.")


if __name__ == "__main__":
    main()
