"""The page of a comparison on real roads: who finds what at which false alarms, a picture of each road, the tables."""

from pathlib import Path

from harness.records.provenance import provenance
from harness.reporting.key_figures import detection_figure
from harness.reporting.number_text import counted, number, percent, span
from harness.reporting.page_sections import Section, StudyPage, write_picture, write_study_page
from harness.reporting.provenance_facts import provenance_facts
from harness.reporting.report_document import Headline, KeyFigure, KeyFigures, Picture
from harness.running.road_extents import WatchedRoad
from harness.scoring.recording_score import RecordingScore
from harness.studies.real_roads.real_roads_study import RealRoads
from harness.studies.real_roads.real_roads_tables import incidents_table, least_false, score_tables, sentences
from harness.studies.real_roads.road_contour import contour_caption, draw_road

MOST_HEADLINES = 3
TERMS = (
    "DR: share of the logged incidents visible in the loops that an alarm was raised for. False alarm: an alarm outside the extent "
    "of every logged incident. Group: alarms of one queue, an alert to an operator. Corridor-day: seven sections for 24 hours. "
    "TTD: time to detection. Ranges: 95 % confidence intervals."
)
HOW_READ = (
    "An incident's extent is found from the loops, around the logged place and time: the connected region that is slower than that "
    "place and hour without incident, and lanes that are empty downstream. Its first alarm detects, others are neutral. One "
    "without a trace is not visible, and not in DR. TTD from the log is negative where the log is late. At a stated incident rate, "
    "the share of false groups is f / (f + DR x rate)."
)


def write_real_roads_page(out: Path, found: RealRoads) -> None:
    """Write real-roads.html into `out`, and its pictures as road-1.png, road-2.png, ..."""
    pictures = [_picture(out, number, found, road) for number, road in enumerate(found.roads, start=1)]
    known = incidents_table(found)
    incidents = (Section("Logged incidents", "", (known,)),) if known is not None else ()
    page = StudyPage(
        title=f"Real roads: {', '.join(road.name for road in found.roads)}",
        headline=_headline(found, pictures[0]),
        notices=(*found.notices, *(f"Left out: {name}: {why}" for name, why in found.left_out.items())),
        lead=(
            f"{counted(len(found.detectors), 'detector')} with the settings they ship with, set for one false alarm per "
            f"corridor-day, on {counted(sum(len(road.recordings) for road in found.roads), 'recording')} of "
            f"{counted(len(found.roads), 'road')}, {number(sum(road.hours for road in found.roads))} h.",
        ),
        sections=(
            Section("In short", "", sentences=tuple(sentences(found))),
            Section("Alarms and incidents", HOW_READ, score_tables(found)),
            *incidents,
            *((Section("The other roads", "", pictures=tuple(pictures[1:])),) if len(pictures) > 1 else ()),
        ),
        provenance=provenance_facts({**provenance(), "fingerprints": found.fingerprints()}),
    )
    write_study_page(out / "real-roads.html", page)


def _picture(out: Path, number_of: int, found: RealRoads, road: WatchedRoad) -> Picture:
    (detector,) = least_false(found, 1)
    return write_picture(
        out / f"road-{number_of}.png",
        draw_road(found, road, detector),
        draw_road(found, road, detector, narrow=True),
        f"Speed over time and place on {road.name}, with logged incidents, their extents and the alarms of {detector}.",
        contour_caption(road, detector),
    )


def _headline(found: RealRoads, picture: Picture) -> Headline:
    names = least_false(found, MOST_HEADLINES)
    scores = {name: found.of_all(name) for name in names}
    clauses = [
        f"{name} raises {number(score.false_groups.value, 2)} false groups of alarms per corridor-day"
        + (f" and finds {score.dr.part} of {counted(score.dr.whole, 'visible incident')}" if score.dr.whole else "")
        for name, score in scores.items()
    ]
    groups = tuple(KeyFigures(name, _figures(score)) for name, score in scores.items())
    return Headline(groups, f"{'; '.join(clauses)}.", TERMS, picture)


def _figures(score: RecordingScore) -> tuple[KeyFigure, ...]:
    rate, share = score.false_groups, score.share_false_groups
    ttd = score.ttd_trace
    return (
        detection_figure(score.dr, "visible incidents"),
        KeyFigure(
            "False groups per corridor-day",
            number(rate.value, 2),
            span(rate.interval, 2),
            f"{counted(rate.events, 'group')}, {counted(score.false_alarms.events, 'alarm')} "
            f"in {number(score.corridor_days, 2)} corridor-days",
        ),
        KeyFigure(
            "Mean TTD from the first trace",
            f"{number(ttd.mean, 0)} s" if ttd.values else number(ttd.mean),
            span(ttd.interval, 0),
            f"from the log {number(score.ttd_log.mean, 0)} s",
        ),
        KeyFigure(
            "Groups that are false",
            f"{percent(share.value, 0)} %" if share.whole else percent(share.value),
            span(share.interval.scaled(100), 0),
            f"{share.part} of {share.whole}",
        ),
    )
