"""The page of a placement study: the chosen placement beside the site's own, pictures, tables."""

from pathlib import Path

from harness.records.provenance import provenance
from harness.reporting.headline import TERMS, delay_figure, detection_figure, false_alarm_figure
from harness.reporting.page_sections import Section, StudyPage, write_picture, write_study_page
from harness.reporting.provenance_facts import provenance_facts
from harness.reporting.report_document import Headline, KeyFigure, KeyFigures, Picture, Table
from harness.studies.placement.placement_contours import draw_seen, shown_incident
from harness.studies.placement.placement_figures import draw_pareto, draw_spacing
from harness.studies.placement.placement_prose import CHANGE_HEAD, change_table, found_table, in_short, lead
from harness.studies.placement.placement_road_figure import draw_road
from harness.studies.placement.placement_study import Findings
from harness.studies.placement.station_values import PlacementResult

DELAY = " Delay: from onset to alarm, over all incidents; a missed one counts its duration."
ROAD = "The road, and the best placement of each size, with its mean delay on the test incidents."
PARETO = (
    "What stations buy. Bold with its band: the best placement of each size on the test incidents (95 %). Dashed: the same on "
    "the calibration incidents, on which it was chosen; grey: every placement tried, there. The further the dashed line lies "
    "below the bold one, the more the choice was over-fitted. Dotted: with dead loops; the bold line may hide it."
)
SPACING = "Evenly spaced stations, each moved to the nearest place where one is allowed. Bars: 95 % intervals."
SEEN = (
    "The test incident in which the two placements differ most, as each sees it. Each alarm is a mark; its vertical line spans "
    "its section and its horizontal line lasts as long as the alarm. Hit: it detects the incident. Neutral: neither hit nor "
    "false, a further alarm of the incident or one where the loops truly carry its queue or clearing wave."
)
PLACEMENTS = (
    "Delay: mean over all incidents; a missed one counts its duration. DR: share of the incidents detected. TTD: time from onset "
    'to alarm, over the detected. Placements are chosen by the column "calibration"; a user gets the figures of the columns '
    '"test", false alarms included. The folder sumo holds the chosen loops as SUMO files.'
)
CHANGES = (
    "The chosen placement changed by one station, its threshold set anew: delay with the change minus delay without it, paired by "
    "incident."
)


def write_page(out: Path, findings: Findings) -> None:
    """Write placement.html into `out`, and its pictures as road.png, pareto.png, spacing.png and incident.png."""
    run = findings.chosen.test.score.incident_outcomes[shown_incident(findings)].run
    drawn = (
        (
            "road",
            draw_road,
            f"Road with ramps, incidents and the stations of {len(findings.best)} placements. {ROAD}",
            ROAD,
        ),
        ("pareto", draw_pareto, "Mean delay, DR and mean TTD against the number or price of stations.", PARETO),
        ("spacing", draw_spacing, "DR and mean TTD against the spacing of evenly spaced stations.", SPACING),
        (
            "incident",
            draw_seen,
            f"Contours of speed in {run} with the site's own stations and with the chosen ones.",
            SEEN,
        ),
    )
    pictures = {}
    for name, draw, alt, caption in drawn:
        wide, narrow = draw(findings), draw(findings, narrow=True)
        if wide is not None and narrow is not None:
            pictures[name] = write_picture(out / f"{name}.png", wide, narrow, alt, caption)
    head, *rows = found_table(findings)
    bold = tuple(number for number, row in enumerate(rows) if "(chosen)" in row[0])
    page = StudyPage(
        title=f"Placement study {findings.study.name}",
        headline=_headline(findings, pictures.pop("road")),
        notices=findings.notices,
        lead=tuple(lead(findings)),
        sections=(
            Section("In short", "", sentences=tuple(in_short(findings))),
            Section("What stations buy, and one incident", "", pictures=tuple(pictures.values())),
            Section("Placements", PLACEMENTS, (Table("Placements", head, tuple(rows), bold=bold),)),
            Section(
                "What each station is worth",
                CHANGES,
                (Table("Changes by one station", CHANGE_HEAD, tuple(change_table(findings))),),
            ),
        ),
        provenance=provenance_facts({**provenance(), "fingerprints": findings.fingerprints}),
    )
    write_study_page(out / "placement.html", page)


def _headline(findings: Findings, picture: Picture) -> Headline:
    chosen, own = findings.chosen, findings.own
    groups = tuple(
        KeyFigures(f"{name}: {len(found.placement.stations)} stations", _figures(found))
        for name, found in (("Best placement found", chosen), ("The site's own", own))
    )
    sentence = (
        f"On {chosen.test.score.incidents} test incidents, the best placement found ({len(chosen.placement.stations)} stations) "
        f"has a mean delay of {chosen.test.delay.mean:.0f} s and detects {chosen.test.dr.part}; the site's own "
        f"({len(own.placement.stations)} stations) has {own.test.delay.mean:.0f} s and detects {own.test.dr.part}."
    )
    return Headline(groups, sentence, TERMS + DELAY, picture)


def _figures(found: PlacementResult) -> tuple[KeyFigure, ...]:
    score = found.test.score
    return (
        delay_figure(found.test.delay),
        detection_figure(found.test.dr, "test incidents"),
        false_alarm_figure(score.false_alarms_per_corridor_day, score.corridor_days),
    )
