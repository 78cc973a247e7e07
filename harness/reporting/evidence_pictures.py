"""Pictures of why a detector alarmed, or did not: for an entry of a report, each of its detectors' evidence in one section."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detectors.explained_detector import DEFAULT_UNIT
from harness.reporting.evidence_replay import replayed_evidence
from harness.reporting.figures.evidence_panels import evidence_figure
from harness.reporting.figures.evidence_path import EvidencePath
from harness.reporting.figures.figure_style import TimeAxis, png, time_axis
from harness.reporting.figures.run_picture import RunPicture, ShownAlarm, shown_alarms
from harness.reporting.read_runs import ReportedRun, run_picture
from harness.reporting.report_document import Picture
from harness.scoring.detection_score import Score

BESIDE_S = 1200.0
"""Time shown before an alarm's raise and after its end, s. Chosen: the memory of a chart's normal, twice."""
CAPTION = (
    "Shaded: lanes blocked in this section; dashed: earliest evidence. Line with a mark: this detector's alarm there."
)
CHART_COLOURS = "Red: moved the way an incident moves it; blue: the other way."
SHARE_COLOURS = (
    "Multiples are of the limit's log probability. Dark: much of T\N{SUPERSCRIPT TWO} would be gone without it."
)
FEATURE_COLOURS = (
    "Red: above normal; blue: below. Of a residual red is what an incident moves. Numbers: frames of the window."
)
MEMBER_COLOURS = "Red: speaks for an incident; blue: against."
"""What the colours of parts mean: of a chart, of one of all quantities together, of features, of what adds to a score."""


@dataclass(frozen=True, slots=True, eq=False)
class ExplainedRun:
    """A run, its picture, and the detectors whose evidence is shown, each with its own decisions, and its score."""

    picture: RunPicture
    runs: Mapping[str, ReportedRun]
    scores: Mapping[str, Score]

    def of_incident(self, incident: int) -> tuple[Picture, ...]:
        """Return the evidence about an incident, by detector: where it alarmed within its window, or else in its own section."""
        axis = time_axis(self.picture, incident)
        own = self.picture.incidents[incident].section
        found = []
        for name in self.runs:
            hits = (
                one.section
                for one in self.scores[name].alarm_outcomes
                if (one.run, one.incident, one.kind) == (self.picture.name, incident, "detection")
            )
            found.append(self._picture(name, next(hits, own), axis))
        return tuple(each for each in found if each is not None)

    def of_run(self) -> tuple[Picture, ...]:
        """Return the evidence of each detector about its first false alarm, its first alarm, or its largest score."""
        found = []
        for name, run in self.runs.items():
            alarms = sorted(self._alarms(name), key=lambda alarm: (alarm.verdict != "false", alarm.raised_s))
            if alarms:
                found.append(self._picture(name, alarms[0].section, self._around(alarms[0])))
            elif (place := _largest(run)) is not None:
                found.append(self._picture(name, place[1], self._around(ShownAlarm(place[0], place[0], 0, "neutral"))))
        return tuple(each for each in found if each is not None)

    def _alarms(self, name: str) -> tuple[ShownAlarm, ...]:
        return shown_alarms(self.scores[name], self.picture.name)

    def _around(self, alarm: ShownAlarm) -> TimeAxis:
        first, last = self.picture.window_s(None)
        from_s, to_s = max(first, alarm.raised_s - BESIDE_S), min(last, alarm.ended_s + BESIDE_S)
        return TimeAxis(from_s, to_s, 0.0, "simulation time, min")

    def _picture(self, name: str, section: int, axis: TimeAxis) -> Picture | None:
        path = replayed_evidence(self.runs[name], name, section, (axis.from_s, axis.to_s))
        if path is None:
            return None
        ends = self.picture.corridor.stations[section : section + 2]
        where = f"section {ends[0].name} to {ends[1].name}"
        figure = evidence_figure(path, name, self.picture, axis, self._alarms(name))
        caption = f"{name} in {where}. {CAPTION} {colours_text(path)}"
        return Picture(png(figure), f"Evidence of {name} in {where}, over time.", caption)


def explained_runs(
    shown: Mapping[str, Sequence[ReportedRun]], scores: Mapping[str, Sequence[Score]]
) -> dict[str, ExplainedRun]:
    """Return the runs in which a detector says why, by name; `shown`: the same runs by detector, `scores` by rising persistence."""
    found = {}
    for place, run in enumerate(next(iter(shown.values()), ())):
        own = {name: runs[place] for name, runs in shown.items() if runs[place].reasons is not None}
        if own:
            first = next(iter(own))
            found[run.name] = ExplainedRun(
                run_picture(own[first], scores[first][0]), own, {name: scores[name][0] for name in own}
            )
    return found


def colours_text(path: EvidencePath) -> str:
    """Return what the colours of the parts mean."""
    if path.chart is not None:
        return SHARE_COLOURS if path.chart.logarithmic else CHART_COLOURS
    return FEATURE_COLOURS if path.unit == DEFAULT_UNIT else MEMBER_COLOURS


def _largest(run: ReportedRun) -> tuple[float, int] | None:
    """The time [s] and the section of the largest score of a run; None where it has none."""
    score = run.decisions.score
    known = np.isfinite(score)
    if not known.any():
        return None
    frame, section = np.unravel_index(int(np.argmax(np.where(known, score, -np.inf))), score.shape)
    return float(run.decisions.times_s[frame]), int(section)
