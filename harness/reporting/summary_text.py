"""Scores for a reader: tables as plain text, and the one-page summary.

The tables themselves are built in `harness.reporting.score_tables`, the files (score.json, incidents.csv, alarms.csv, runs.csv)
in `harness.reporting.score_files`; both are offered here, so that whoever shows a score needs one import.
"""

import textwrap
from collections.abc import Sequence

from harness.reporting.characterization_tables import characterization_tables
from harness.reporting.report_document import Link, Table
from harness.reporting.score_files import alarm_rows, figures, incident_rows, run_rows, score_document
from harness.reporting.score_tables import (
    breakdown_table,
    breakdown_tables,
    number,
    percent,
    persistence_table,
    span,
)
from harness.scoring.breakdown import factors_of
from harness.scoring.score import Score

__all__ = [
    "alarm_rows",
    "breakdown_table",
    "breakdown_tables",
    "characterization_tables",
    "figures",
    "headline",
    "incident_rows",
    "persistence_table",
    "plain_text",
    "run_rows",
    "score_document",
    "summary_text",
]

WIDTH = 118
SUMMARY_FACTORS = ("condition", "demand", "lanes_blocked", "position", "section_length")

READING = (
    "Detected: an alarm in the incident's section after its onset and until {grace:g} s after its clearance, or in the "
    "next section upstream once its queue had reached the station between; one alarm detects one incident.",
    "False: an alarm that matches no incident. Neutral, neither hit nor false: further alarms of the same incident, "
    "alarms where the loops truly carry an incident's queue or clearing wave, alarms of incidents without impact.",
    "FAR is counted over the sections x frames in which an alarm would be false. A dash is undefined, never 0.",
)


def plain_text(table: Table) -> str:
    """A table as lines of text: words to the left, numbers to the right."""
    texts = [[cell.text if isinstance(cell, Link) else cell for cell in row] for row in (table.columns, *table.rows)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(table.columns))]
    lines = [
        "  ".join(
            cell.ljust(width) if column < table.text_columns else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in texts
    ]
    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    note = [_paragraph(table.note)] if table.note else []
    return "\n".join([table.caption, rule, lines[0], rule, *lines[1:], rule, *note])


def headline(score: Score) -> str:
    """The score in one line."""
    return (
        f"detected {score.detected} of {score.incidents} incidents (DR {percent(score.dr)} %, "
        f"{span(score.dr_interval.scaled(100))}), mean TTD {number(score.ttd_mean_s)} s, "
        f"{score.false_alarms} false alarms in {number(score.section_hours)} section-hours "
        f"({number(score.false_alarms_per_corridor_day, 2)} per corridor-day)"
    )


def summary_text(
    detector: str,
    scores: Sequence[Score],
    title: str = "",
    notices: Sequence[str] = (),
    factors: Sequence[str] | None = None,
) -> str:
    """One page: what was found, the persistence table, characterization, breakdowns, and how to read them.

    `scores` are of one battery by rising persistence; the first is broken down by `factors`, or by those of
    `SUMMARY_FACTORS` that vary.
    Raises ValueError where there is no score.
    """
    if not scores:
        raise ValueError("a summary wants at least one score, got none")
    first = scores[0]
    if factors is None:
        factors = [factor for factor in factors_of(first) if factor in SUMMARY_FACTORS]
    heading = f"{detector} on {title}" if title else detector
    left_out = [
        f"Left out of DR: {count} {what}."
        for count, what in (
            (first.incidents_without_impact, "incidents without impact (the loops never showed them)"),
            (first.incidents_unobserved, "incidents during which no frame was recorded"),
        )
        if count
    ]
    unknown = sum(not run.known for run in first.run_scores)
    if unknown:
        left_out.append(f"Not scored: {unknown} runs whose incidents are not known.")
    blocks = [
        f"{heading}\n{'=' * len(heading)}",
        "\n".join(_paragraph(line) for line in [*notices, f"At persistence {first.persistence}: {headline(first)}."]),
        "\n".join(left_out),
        plain_text(persistence_table(scores)),
        *(plain_text(table) for table in characterization_tables(first)),
        *(plain_text(table) for table in breakdown_tables(first, factors)),
        "\n".join(_paragraph(line.format(grace=first.grace_s)) for line in READING),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _paragraph(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_on_hyphens=False)
