"""One incident as two placements see it: the same minutes of the same road, speeds only where a station measures them."""

import numpy as np
from matplotlib.figure import Figure

from harness.reporting.figures.figure_style import dress, png, time_axis
from harness.reporting.figures.run_view import RunPicture, ShownAlarm, stack_frames
from harness.reporting.figures.speed_contour import colour_key, draw_contour
from harness.reporting.read_runs import VERDICTS
from harness.studies.placement.judge_placement import Judge, PlacementScore
from harness.studies.placement.placement import Placement, truth_of
from harness.studies.placement.placement_figures import DPI, WIDTH_IN
from harness.studies.placement.placement_replays import frames_of
from harness.studies.placement.placement_study import Findings
from harness.studies.placement.station_values import PlacementResult


def shown_incident(findings: Findings) -> int:
    """The test incident in which the chosen placement and the site's own differ most; the first where they do not."""
    apart = np.abs(np.subtract(findings.chosen.test.delay.values, findings.own.test.delay.values))
    return int(apart.argmax())


def picture(judge: Judge, found: PlacementScore, run_name: str) -> RunPicture:
    """A run as the placement's loops and the detector saw it, with the alarms' verdicts."""
    run = next(each for each in judge.dense.runs if each.name == run_name)
    placement: Placement = found.placement
    times_s, count, speed, occupancy = stack_frames(frames_of(run, placement))
    scores, decided = judge.alarms(run, placement, found.threshold)
    truth = truth_of(placement, judge.dense.corridor, run.truth, run.evidence_s, run.impact)
    alarms = tuple(
        ShownAlarm(alarm.raised_s, alarm.ended_s, alarm.section, VERDICTS[alarm.kind])
        for alarm in found.score.alarm_scores
        if alarm.run == run_name
    )
    return RunPicture(
        run_name,
        placement.corridor(judge.dense.corridor),
        times_s,
        count,
        speed,
        occupancy,
        None,
        scores,
        decided,
        alarms,
        truth.incidents,
        (),
        {},
    )


def draw_seen(findings: Findings) -> bytes:
    """The contour of one test incident under the site's own stations and under the chosen ones, side by side."""
    index = shown_incident(findings)
    figure = Figure(figsize=(WIDTH_IN, 5.2), dpi=DPI, layout="constrained", facecolor="white")
    axes = figure.subplots(1, 2)
    for each, title, found in zip(axes, ("the site's own", "chosen"), (findings.own, findings.chosen), strict=True):
        incident = found.test.score.incident_scores[index]
        seen = picture(findings.judges.test, found.test, incident.run)
        draw_contour(each, seen, time_axis(seen, incident.incident))
        dress(each, f"{incident.run}, {title}: {len(found.placement.stations)} stations, {_told(found, index)}")
        each.grid(visible=False)
        handles, names = each.get_legend_handles_labels()
        each.legend(handles, names, fontsize=8, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.12), frameon=False)
    figure.colorbar(colour_key(), ax=axes, label="speed at the stations, between them interpolated, km/h", pad=0.01)
    return png(figure)


def _told(found: PlacementResult, index: int) -> str:
    incident = found.test.score.incident_scores[index]
    return f"alarm after {incident.ttd_s:.0f} s" if incident.hit else "missed"
