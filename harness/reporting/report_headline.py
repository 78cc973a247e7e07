"""The top of a report: key figures of every detector, one sentence, one picture."""

from collections.abc import Mapping, Sequence

from harness.reporting.figures.detection_curve import detection_curve_figure
from harness.reporting.figures.figure_style import png
from harness.reporting.figures.speed_contour import contour_figure
from harness.reporting.key_figures import TERMS, score_figures
from harness.reporting.number_text import counted, number, percent
from harness.reporting.read_runs import ReportedRun, run_picture
from harness.reporting.report_document import Headline, KeyFigures, Picture
from harness.reporting.report_entries import CONTOUR
from harness.scoring.detection_score import Score

CURVE = (
    "Share of the incidents with impact that were detected within a time since their onset. Floor: the share that the "
    "loops had shown by then; no loop-based detector can be above it."
)


def report_headline(scores: Mapping[str, Score], shown: Sequence[ReportedRun]) -> Headline:
    """Return the headline of `scores` by detector, at the first persistence.

    The picture is the contour of the one run in `shown`, or else the share of incidents detected over time; there is
    none where no incident is counted.
    """
    first = next(iter(scores.values()))
    picture = None
    if shown:
        title = f"Speed in run {shown[0].name}"
        figure = contour_figure(run_picture(shown[0], first), None, title)
        picture = Picture(png(figure), f"Contour of speed over time and position. {title}.", CONTOUR)
    elif first.incidents:
        final = "; ".join(f"{name} {percent(score.dr.value)} %" for name, score in scores.items())
        alt = f"Share of incidents detected against time since onset. Finally: {final}."
        picture = Picture(png(detection_curve_figure(scores)), alt, CURVE)
    groups = tuple(KeyFigures(name, score_figures(score)) for name, score in scores.items())
    sentence = "; ".join(_clause(name, score) for name, score in scores.items()) + "."
    persistence = (
        f" Persistence {first.persistence}: an alarm is raised at incident decision {first.persistence + 1} in a row."
    )
    return Headline(groups, sentence, TERMS + persistence, picture)


def _clause(name: str, score: Score) -> str:
    clause = f"{name} has no incident to detect"
    if score.incidents:
        clause = f"{name} detects {score.detected} of {counted(score.incidents, 'incident')}"
    if score.detected:
        clause += f", on average {number(score.ttd.mean, 0)} s after the onset"
    rate = score.false_alarms_per_corridor_day
    if rate.events:
        clause += f", with {number(rate.value)} false alarms per corridor-day"
    elif rate.exposure:
        hours = number(score.section_hours)
        clause += f", with no false alarm in {hours} section-hours (at most {number(rate.interval.high)} per corridor-day, 95 %)"
    return clause
