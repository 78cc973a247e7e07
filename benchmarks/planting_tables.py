"""Tables of planted incidents beside simulated ones: detectors in pairs, by group; frames; queues; a verdict per line."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import binomtest

from benchmarks.planting_frames import REGIONS, frame_table_rows
from benchmarks.planting_pairs import Case, Outcome
from harness.reporting.report_document import DASH, Table
from harness.reporting.text_table import plain_text
from harness.scoring.intervals import wilson
from harness.scoring.rates import Sample
from simulator.planting.planting_checks import THIN_VPHPL

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
    head: tuple[str, ...] = (
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
    columns: tuple[str, ...] = (
        "region",
        "frames",
        "count: simulated",
        "planted",
        "twin",
        "RMSE planted",
        "twin",
        "other seed",
    )
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
