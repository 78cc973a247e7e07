"""Planted incidents against simulated ones: the same incident, planted in the twin's loops and simulated by SUMO.

    python -m benchmarks.planting RESULTS_DIR [--other RESULTS_DIR] [--capacity 2050] [--drop 0] [--detector NAME ...]
    python -m benchmarks.planting RESULTS_DIR --only sr91 --draw 1

RESULTS_DIR holds runs of a battery with one incident each, and twins. The incident of truth.json is planted into twin_loops.csv.gz
with constants that are given, not fitted to its run; detectors at their shipped thresholds replay both from one state at the
onset. --other: the same battery with other seeds; the difference of two simulations of one incident is what chance makes.

Printed: DR and TTD of both, paired differences with 95 % intervals (bootstrap over incidents), who alone detects what
(McNemar), the share of delays within one frame; frames by region; all by demand and lanes. Verdict per group: credible where
the paired difference's interval lies within one frame and neither finds more (p > 0.05), else not shown.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.stats import binomtest

from benchmarks.planting_frames import REGIONS, frame_table_rows
from benchmarks.planting_pairs import Case, Outcome, read_cases
from harness.reporting.report_document import DASH, Table
from harness.reporting.text_table import plain_text
from harness.scoring.intervals import wilson
from harness.scoring.rates import Sample
from scenarios.errors import UserError
from simulator.planting.planting_checks import THIN_VPHPL
from simulator.planting.site_constants import SiteConstants

NAMES = ("sequential", "trees", "california7", "california8", "xbar")
CREDIBLE_P = 0.05


def pairs_row(label: str, name: str, pairs: Sequence[tuple[Outcome, Outcome]], period_s: float) -> tuple[str, ...]:
    """Return one line: first against second of every pair."""
    first, second = ([pair[side] for pair in pairs] for side in (0, 1))
    both = [(a.ttd_s, b.ttd_s) for a, b in pairs if a.detected and b.detected]
    only = [sum(a.detected and not b.detected for a, b in pairs), sum(b.detected and not a.detected for a, b in pairs)]
    difference = Sample(tuple(b - a for a, b in both))
    cells = []
    for side in (first, second):
        hits = sum(one.detected for one in side)
        span = wilson(hits, len(side))
        cells.append(f"{hits} ({100 * span.low:.0f} to {100 * span.high:.0f} %)")
    ttd = [[one.ttd_s for one in side if one.detected] for side in (first, second)]
    shown = [f"{np.mean(t):.0f} / {np.median(t):.0f}" if t else DASH for t in ttd]
    false = [sum(one.false_alarms for one in side) for side in (first, second)]
    if not both:
        return (
            label,
            name,
            str(len(pairs)),
            *cells,
            f"{only[0]}, {only[1]}",
            *shown,
            DASH,
            DASH,
            DASH,
            DASH,
            _false(false),
            DASH,
        )
    gaps = np.array([b - a for a, b in both])
    interval = difference.interval
    credible = abs(interval.low) <= period_s and abs(interval.high) <= period_s and _mcnemar(only) > CREDIBLE_P
    return (
        *(label, name, str(len(pairs)), *cells, f"{only[0]}, {only[1]}", *shown),
        f"{difference.mean:+.0f} ({interval.low:+.0f} to {interval.high:+.0f})",
        f"{np.median(gaps):+.0f}",
        f"{np.abs(gaps).mean():.0f}",
        f"{100 * np.mean(np.abs(gaps) <= period_s):.0f} %",
        _false(false),
        "credible" if credible else "not shown",
    )


def _mcnemar(only: list[int]) -> float:
    return float(binomtest(only[0], sum(only)).pvalue) if sum(only) else 1.0


def _false(counts: list[int]) -> str:
    return f"{counts[0]}, {counts[1]}"


def groups_of(cases: Sequence[Case]) -> list[tuple[str, list[Case]]]:
    """Return all cases, and those by lanes and demand, and by whether planting says it is weak."""
    thin = [c for c in cases if c.lanes == 1 and c.flow_vphpl <= THIN_VPHPL]
    return [
        ("all", list(cases)),
        ("not weak", [c for c in cases if not c.weak]),
        ("two lanes or more", [c for c in cases if c.lanes > 1]),
        (f"one, > {THIN_VPHPL:.0f} veh/h/lane", [c for c in cases if c.lanes == 1 and c not in thin]),
        (f"one, <= {THIN_VPHPL:.0f} veh/h/lane", thin),
        ("queue past the first station", [c for c in cases if any("first station" in why for why in c.weak)]),
    ]


def print_tables(cases: Sequence[Case], names: Sequence[str]) -> None:
    """Print every table."""
    period_s = cases[0].period_s
    head = (
        "group",
        "detector",
        "cases",
        "first",
        "second",
        "only one",
        "TTD 1",
        "TTD 2",
        "paired, mean (95 %)",
        "median",
    )
    head = (*head, "mean abs.", "one frame", "false", "verdict")
    rows = [
        pairs_row(label, name, [(c.simulated[name], c.planted[name]) for c in group], period_s)
        for label, group in groups_of(cases)
        for name in names
        if group
    ]
    print(plain_text(Table("Simulated (first) and planted (second)", head, tuple(rows), text_columns=2)) + "\n")
    seeded = [c for c in cases if c.other]
    if seeded:
        rows = [pairs_row("other seed", n, [(c.simulated[n], c.other[n]) for c in seeded], period_s) for n in names]
        rows += [pairs_row("planted", n, [(c.simulated[n], c.planted[n]) for c in seeded], period_s) for n in names]
        caption = "Simulated (first) and the same incident simulated with another seed, or planted (second)"
        print(plain_text(Table(caption, head, tuple(rows), text_columns=2)) + "\n")
    columns = ("region", "frames", "count: simulated", "planted", "twin", "RMSE planted", "twin", "other seed")
    columns = (
        *columns,
        "speed RMSE planted",
        "twin",
        "occupancy RMSE planted",
        "twin",
        "var/mean simulated",
        "planted",
    )
    print(plain_text(Table("Frames", columns, tuple(frame_table_rows(cases, REGIONS)))) + "\n")
    both = [(c.queue_simulated, c.queue_planted) for c in cases if np.isfinite(c.queue_simulated)]
    queues = np.array(both)
    rmse = float(np.sqrt(np.mean((queues[:, 1] - queues[:, 0]) ** 2)))
    print(
        f"Mean queue in the blocked lanes: {queues[:, 0].mean():.0f} simulated, {queues[:, 1].mean():.0f} planted, RMSE {rmse:.0f}"
    )


def print_cases(cases: Sequence[Case], names: Sequence[str]) -> None:
    """Print the delays of every incident."""
    rows = []
    for case in cases:
        delays = [side[n].ttd_s for n in names for side in (case.simulated, case.planted, case.other) if n in side]
        queues = (f"{case.queue_simulated:.0f}", f"{case.queue_planted:.0f}")
        rows.append(
            (case.name, str(case.lanes), f"{case.flow_vphpl:.0f}", *queues, " ".join(f"{t:.0f}" for t in delays))
        )
    head = (
        "incident",
        "lanes",
        "veh/h/lane",
        "queue simulated",
        "planted",
        "TTD by detector: simulated, planted, other seed",
    )
    print(plain_text(Table("Every incident", head, tuple(rows))) + "\n")


def main() -> None:
    """Plant, replay, print."""
    parser = argparse.ArgumentParser(description="Planted incidents against simulated ones.")
    parser.add_argument("results", type=Path, metavar="RESULTS_DIR", help="runs of a battery, with twins")
    parser.add_argument("--other", type=Path, metavar="RESULTS_DIR", help="the same incidents with other seeds")
    parser.add_argument("--only", default="", metavar="TEXT", help="runs whose name begins with this")
    parser.add_argument("--most", type=int, metavar="N", help="no more than the first N runs")
    parser.add_argument("--capacity", type=float, default=2050.0, help="of a lane, veh/h")
    parser.add_argument("--drop", type=float, default=0.0, help="share of capacity lost in a discharging queue")
    parser.add_argument("--slope", type=float, default=5.0, help="speed lost from an empty road to capacity, m/s")
    parser.add_argument("--exchange", type=float, default=None, metavar="S", help="slowness of lane changes")
    parser.add_argument("--refill", type=float, default=None, metavar="1/KM", help="refill of the lane past the scene")
    parser.add_argument("--draw", type=int, default=0, help="number of the draw of planted readings")
    parser.add_argument("--detector", action="append", metavar="NAME")
    parser.add_argument("--cases", action="store_true", help="print every incident")
    chosen = parser.parse_args()
    given = {"capacity_vphpl": chosen.capacity, "discharge_drop": chosen.drop, "speed_slope_mps": chosen.slope}
    if chosen.exchange is not None:
        given["exchange_s"] = chosen.exchange
    if chosen.refill is not None:
        given["refill_per_m"] = chosen.refill / 1000
    names = tuple(chosen.detector or NAMES)
    try:
        site = SiteConstants(**given)
        cases, left_out = read_cases(chosen.results, chosen.other, names, site, chosen.only, chosen.most, chosen.draw)
    except UserError as error:
        parser.error(str(error))
    for name, reason in left_out.items():
        print(f"left out: {name}: {reason}")
    if not cases:
        parser.error(f"{chosen.results}: no run with a twin could be planted")
    print(f"{len(cases)} incidents\n")
    if chosen.cases:
        print_cases(cases, names)
    print_tables(cases, names)


if __name__ == "__main__":
    main()
