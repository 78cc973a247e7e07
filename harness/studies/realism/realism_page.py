"""The page of a comparison: how many statistics lie inside, what is off, pictures, tables."""

from pathlib import Path

from harness.records.provenance import provenance
from harness.reporting.page_sections import Section, StudyPage, write_picture, write_study_page
from harness.reporting.provenance_facts import provenance_facts
from harness.reporting.report_document import Headline, KeyFigure, KeyFigures
from harness.studies.realism.realism_figures import draw_by_flow, draw_ranges
from harness.studies.realism.realism_prose import data_sentence, off_sentences, realism_sentence
from harness.studies.realism.realism_study import RealismFindings
from harness.studies.realism.realism_tables import NOTE, group_tables
from harness.studies.realism.spread import Verdict

BY_FLOW = (
    "Statistics of free traffic by flow: night below 400, light 400 to 900, medium 900 to 1400, dense 1400 veh/h/lane and more. "
    "Blue: simulated; red: the recordings; both with their median and 5 to 95 % range over stations."
)
RANGES = (
    "All other statistics, each on the scale of its simulated 5 to 95 % range (shaded). Dot: the real median, red where it is "
    "outside; line: the real 5 to 95 % range; blue mark: the simulated median. What is further off stands at the edge."
)


def write_realism_page(out: Path, findings: RealismFindings) -> None:
    """Write realism.html into `out`, and its pictures as by-flow.png and ranges.png."""
    pictures = tuple(
        write_picture(out / f"{name}.png", draw(findings), draw(findings, narrow=True), alt, caption)
        for name, draw, alt, caption in (
            ("by-flow", draw_by_flow, "Eight panels of statistics against flow, simulated and real.", BY_FLOW),
            ("ranges", draw_ranges, "Real medians of each statistic on the scale of the simulated range.", RANGES),
        )
    )
    page = StudyPage(
        title=f"Realism: recordings beside {findings.reference.name}",
        headline=_headline(findings),
        notices=findings.notices,
        lead=(data_sentence(findings),),
        sections=(
            Section(
                "What is off",
                "In brackets the simulated 5 to 95 % range.",
                sentences=off_sentences(findings) or ("Nothing.",),
            ),
            Section("Pictures", "", pictures=pictures),
            Section("All statistics", NOTE, tables=group_tables(findings)),
        ),
        provenance=provenance_facts(provenance()),
    )
    write_study_page(out / "realism.html", page)


def _headline(findings: RealismFindings) -> Headline:
    both = findings.count("inside") + findings.count("below") + findings.count("above")
    shown: tuple[tuple[Verdict, str], ...] = (
        ("inside", "real median within the simulated 5 to 95 %"),
        ("below", "real median lower than the simulated 5 %"),
        ("above", "real median higher than the simulated 95 %"),
    )
    figures = tuple(KeyFigure(which, str(findings.count(which)), f"of {both}", text) for which, text in shown)
    note = "Inside: the median over the recordings' units lies within the 5 to 95 % range over the simulated units."
    return Headline((KeyFigures("Statistics of the recordings", figures),), realism_sentence(findings), note)
