"""The summary of one detector's scores, as a page of plain text."""

from collections.abc import Sequence

from harness.reporting.characterization_tables import characterization_tables
from harness.reporting.detection_tables import breakdown_tables, persistence_table
from harness.reporting.extent_figures import EXTENT_READING, share_false_text, ttd_text
from harness.reporting.number_text import counted, number, percent, span
from harness.reporting.recording_notices import sight_notices
from harness.reporting.text_table import paragraph, plain_text
from harness.scoring.breakdown import factors_of
from harness.scoring.detection_score import Score

SUMMARY_FACTORS = ("condition", "demand", "lanes_blocked", "position", "section_length")

READING = (
    "Detected: an alarm in the incident's section after its onset and until {grace:g} s after its clearance, or in the "
    "next section upstream while its queue stood on the station between or its lane was empty there; one alarm detects at most one "
    "incident.",
    "False: an alarm that matches no incident. Neutral, neither hit nor false: further alarms of the same incident, "
    "alarms where the loops carry an incident's queue or the wave of its clearing, alarms of incidents without impact, alarms at "
    "what your own SUMO files do themselves (a closed lane, a speed sign, a calibrator, a short stop).",
    "FAR is counted over the sections x frames in which an alarm would be false. A dash is undefined, never 0.",
)

LITTLE_DAYS = 1.0
"""Corridor-days of counted time below which a rate per corridor-day is told with its interval. Chosen: no day was seen."""


def _headline(score: Score) -> str:
    """Return the score in one line."""
    rate = score.false_alarms_per_corridor_day
    little = f", {span(rate.interval)}: little time" if score.corridor_days < LITTLE_DAYS else ""
    per_day = f"{number(rate.value, 2)} per corridor-day{little}"
    if rate.exposure and not rate.events:
        per_day = f"at most {number(rate.interval.high)} per corridor-day, 95 %"
    return (
        f"detected {score.detected} of {counted(score.incidents, 'incident')} (DR {percent(score.dr.value)} %, "
        f"{span(score.dr.interval.scaled(100))}), {ttd_text(score)}, "
        f"{counted(score.false_alarms, 'false alarm')} in {counted(score.false_groups, 'false group')} "
        f"in {number(score.section_hours)} section-hours "
        f"({per_day}){share_false_text(score)}"
    )


def summary_text(
    detector: str,
    scores: Sequence[Score],
    title: str = "",
    notices: Sequence[str] = (),
    traffic: str = "",
) -> str:
    """Return one page: the headline, the persistence table, characterization, breakdowns, and how to read them.

    `scores` are of one battery by rising persistence; the first is broken down by those of `SUMMARY_FACTORS` that vary.
    `traffic` is a sentence on the runs' traffic.
    Raises ValueError where there is no score.
    """
    if not scores:
        raise ValueError("a summary needs at least one score, got none")
    first = scores[0]
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
    said = (*sight_notices(first), *notices)
    if not any(run.scored for run in first.run_outcomes) and any(run.known for run in first.run_outcomes):
        return f"{heading}\n{'=' * len(heading)}\n\n" + "\n".join(map(paragraph, said)) + "\n"
    unknown = sum(not run.known for run in first.run_outcomes)
    if unknown:
        left_out.append(f"Not scored: {unknown} runs whose incidents are not known.")
    blocks = [
        f"{heading}\n{'=' * len(heading)}",
        "\n".join(paragraph(line) for line in [*said, f"At persistence {first.persistence}: {_headline(first)}."]),
        "\n".join(left_out),
        paragraph(traffic),
        plain_text(persistence_table(scores)),
        *(plain_text(table) for table in characterization_tables(first)),
        *(plain_text(table) for table in breakdown_tables(first, factors)),
        "\n".join(
            paragraph(line.format(grace=first.grace_s))
            for line in (*READING[:2], *([EXTENT_READING] if first.by_extents else []), *READING[2:])
        ),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"
