"""The page of what standing stations are worth: key figures, the picture, the tables."""

from pathlib import Path

from harness.records.provenance import provenance
from harness.reporting.key_figures import TERMS, delay_figure, detection_figure, false_alarm_figure
from harness.reporting.number_text import counted, number
from harness.reporting.page_sections import Section, StudyPage, write_picture, write_study_page
from harness.reporting.provenance_facts import provenance_facts
from harness.reporting.report_document import Headline, KeyFigure, KeyFigures, Picture
from harness.studies.placement.spare_figure import draw_worths
from harness.studies.placement.spare_stations import SpareStations
from harness.studies.placement.spare_tables import LEAST_PAIRED, notices, order_table, sentences, stations_table
from harness.studies.placement.standing_score import StandingScore

DELAY = " Delay: from onset to alarm, over all incidents; a missed one counts its duration."
CAPTION = (
    "At each station's place: by how much longer the mean delay is without it, everything else as it stands. Thin lines: 95 % "
    f"intervals over the incidents, from {LEAST_PAIRED} incidents on. Second: mean delay as the least missed "
    "stations go, one after another."
)
CAPTION_UNKNOWN = "The stations of the road. No incident is known, so nothing says what a station is worth."


def write_spare_page(out: Path, found: SpareStations) -> None:
    """Write placement.html into `out`, and its picture as worth.png."""
    known = bool(found.whole.visible)
    picture = write_picture(
        out / "worth.png",
        draw_worths(found),
        draw_worths(found, narrow=True),
        "Worth of each station along the road, with the incidents.",
        CAPTION if known else CAPTION_UNKNOWN,
    )
    order = order_table(found)
    corridor = found.road.corridor
    length_km = (corridor.stations[-1].position_m - corridor.stations[0].position_m) / 1000
    page = StudyPage(
        title=f"Stations of {corridor.name}: which could be spared?",
        headline=_headline(found, picture),
        notices=tuple(notices(found)),
        lead=(
            f"{counted(len(corridor.stations), 'station')} over {number(length_km)} km, "
            f"{counted(len(found.road.runs), 'recording')}, {counted(len(found.whole.visible), 'incident')}; "
            f"{found.watching.detector} replayed on {counted(found.replayed, 'choice')} of stations, at its own threshold. "
            "The first and the last station bound the road and stay.",
        ),
        sections=(
            Section("In short", "", sentences=tuple(sentences(found))),
            Section("Value of each station", "", (stations_table(found),)),
            *(() if order is None else (Section("Order of sparing", "", (order,)),)),
        ),
        provenance=provenance_facts(
            {**provenance(), "fingerprints": {found.watching.detector: found.watching.fingerprint}}
        ),
    )
    write_study_page(out / "placement.html", page)


def _headline(found: SpareStations, picture: Picture) -> Headline:
    scores = [(f"All {len(found.whole.placement.stations)} stations", found.whole)]
    if found.order:
        last = found.order[-1][1]
        scores.append((f"{counted(len(last.placement.stations), 'station')} left, {len(found.order)} spared", last))
    groups = tuple(KeyFigures(name, _figures(score)) for name, score in scores)
    said = sentences(found)
    return Headline(groups, said[-2] if found.order else said[0], TERMS + DELAY, picture)


def _figures(score: StandingScore) -> tuple[KeyFigure, ...]:
    rate = false_alarm_figure(score.score.false_alarms_per_corridor_day, score.score.corridor_days)
    if not score.visible:
        return (rate,)
    return delay_figure(score.delay), detection_figure(score.dr, "incidents"), rate
