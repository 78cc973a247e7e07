"""The page of a placement study: key figures of the chosen placement and of the existing stations, pictures, tables."""

from pathlib import Path

from harness.records.provenance import provenance
from harness.reporting.key_figures import TERMS, delay_figure, detection_figure, false_alarm_figure
from harness.reporting.number_text import counted, number
from harness.reporting.page_sections import Section, StudyPage, write_picture, write_study_page
from harness.reporting.provenance_facts import provenance_facts
from harness.reporting.report_document import Headline, KeyFigure, KeyFigures, Picture
from harness.studies.placement.placement_contours import draw_incident, shown_incident
from harness.studies.placement.placement_figures import draw_scores_by_size, draw_spacing
from harness.studies.placement.placement_prose import placement_lead, placement_sentences
from harness.studies.placement.placement_road_figure import draw_road
from harness.studies.placement.placement_study import PlacementFindings
from harness.studies.placement.placement_tables import changes_table, placements_table
from harness.studies.placement.station_values import PlacementResult

DELAY = " Delay: from onset to alarm, over all incidents; a missed one counts its duration."
ROAD = "The road, and the best placement of each size, with its mean delay on the test incidents."
PARETO = (
    "Scores by the number of stations. Bold with its band: the best placement of each size on the test incidents (95 %). Dashed: "
    "the same on the calibration incidents, on which it was chosen; grey: every placement tried there. The further the dashed "
    "line lies below the bold one, the more the choice is over-fitted. Dotted: with dead loops; the bold line may cover it."
)
SPACING = "Evenly spaced stations, each moved to the nearest place where one is allowed. Bars: 95 % intervals."
INCIDENT = (
    "The test incident in which the two placements differ most, as measured by each. Each alarm is a mark; its vertical line spans "
    "its section and its horizontal line lasts as long as the alarm. Hit: it detects the incident. Neutral: neither hit nor "
    "false, a further alarm of the incident, or one where the loops carry its queue or the wave of its clearing."
)
PLACEMENTS = (
    "Delay: mean over all incidents; a missed one counts its duration. DR: share of the incidents detected. TTD: time from onset "
    'to alarm, over the detected. Placements are chosen by the column "calibration"; a user gets the figures of the columns '
    '"test", false alarms included. The folder sumo holds the chosen loops as SUMO files.'
)
CHANGES = (
    "The chosen placement changed by one station, its threshold set again: delay with the change minus delay without it, paired by "
    "incident."
)


def write_placement_page(out: Path, findings: PlacementFindings) -> None:
    """Write placement.html into `out`, and its pictures as road.png, pareto.png, spacing.png and incident.png."""
    run = findings.chosen.test.score.incident_outcomes[shown_incident(findings)].run
    drawn = (
        (
            "road",
            draw_road,
            f"The road, its incidents and the stations of {len(findings.best)} placements. {ROAD}",
            f"{ROAD} Lane 0, the {findings.dense.outermost} through lane, is {'above' if findings.dense.keeps_left else 'below'}.",
        ),
        ("pareto", draw_scores_by_size, "Mean delay, DR and mean TTD against the number or price of stations.", PARETO),
        ("spacing", draw_spacing, "DR and mean TTD against the spacing of evenly spaced stations.", SPACING),
        (
            "incident",
            draw_incident,
            f"Contours of speed in {run} with the existing stations and with the chosen ones.",
            INCIDENT,
        ),
    )
    pictures = {}
    for name, draw, alt, caption in drawn:
        wide, narrow = draw(findings), draw(findings, narrow=True)
        if wide is not None and narrow is not None:
            pictures[name] = write_picture(out / f"{name}.png", wide, narrow, alt, caption)
    page = StudyPage(
        title=f"Placement study {findings.study.name}",
        headline=_headline(findings, pictures.pop("road")),
        notices=findings.notices,
        lead=tuple(placement_lead(findings)),
        sections=(
            Section("In short", "", sentences=tuple(placement_sentences(findings))),
            Section("Scores by the number of stations, and one incident", "", pictures=tuple(pictures.values())),
            Section("Placements", PLACEMENTS, (placements_table(findings),)),
            Section("Value of each station", CHANGES, (changes_table(findings),)),
        ),
        provenance=provenance_facts({**provenance(), "fingerprints": findings.fingerprints}),
    )
    write_study_page(out / "placement.html", page)


def _headline(findings: PlacementFindings, picture: Picture) -> Headline:
    chosen, own = findings.chosen, findings.own
    groups = tuple(
        KeyFigures(f"{name}: {len(found.placement.stations)} stations", _figures(found))
        for name, found in (("Best placement found", chosen), ("Existing", own))
    )
    sentence = (
        f"On {counted(chosen.test.dr.whole, 'test incident')}, the best placement found "
        f"({len(chosen.placement.stations)} stations) has a mean delay of {number(chosen.test.delay.mean, 0)} s and detects "
        f"{chosen.test.dr.part}; the existing {len(own.placement.stations)} stations have "
        f"{number(own.test.delay.mean, 0)} s and detect {own.test.dr.part}."
    )
    return Headline(groups, sentence, TERMS + DELAY, picture)


def _figures(found: PlacementResult) -> tuple[KeyFigure, ...]:
    score = found.test.score
    return (
        delay_figure(found.test.delay),
        detection_figure(found.test.dr, "test incidents"),
        false_alarm_figure(score.false_alarms_per_corridor_day, score.corridor_days),
    )
