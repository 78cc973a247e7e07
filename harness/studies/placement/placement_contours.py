"""One incident as two placements see it: the same minutes on the same road, measured at their stations only."""

import numpy as np
from matplotlib.figure import Figure

from harness.reporting.figures.figure_style import SMALL_PT, dress, legend, new_panels, time_axis
from harness.reporting.figures.run_view import RunPicture, ShownAlarm, stack_frames
from harness.reporting.figures.speed_contour import colour_key, draw_contour
from harness.reporting.read_runs import VERDICTS
from harness.studies.placement.judge_placement import Judge, PlacementScore
from harness.studies.placement.placement import Placement, truth_of
from harness.studies.placement.placement_replays import frames_of
from harness.studies.placement.placement_study import Findings
from harness.studies.placement.station_values import PlacementResult


def shown_incident(findings: Findings) -> int:
    """Return the test incident whose delays differ most between the chosen placement and the site's own."""
    apart = np.abs(np.subtract(findings.chosen.test.delay.values, findings.own.test.delay.values))
    return int(apart.argmax())


def picture(judge: Judge, found: PlacementScore, run_name: str) -> RunPicture:
    """Return a run as the placement's loops and the detector saw it, with the alarms' verdicts."""
    run = next(each for each in judge.dense.runs if each.name == run_name)
    placement: Placement = found.placement
    times_s, count, speed, occupancy = stack_frames(frames_of(run, placement))
    scores, decided = judge.alarms(run, placement, found.threshold)
    truth = truth_of(placement, judge.dense.corridor, run.truth, run.evidence_s, run.impact)
    alarms = tuple(
        ShownAlarm(alarm.raised_s, alarm.ended_s, alarm.section, VERDICTS[alarm.kind])
        for alarm in found.score.alarm_outcomes
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


def draw_seen(findings: Findings, narrow: bool = False) -> Figure:
    """Return the contours of one test incident under the site's own stations and under the chosen ones."""
    index = shown_incident(findings)
    figure, panels = new_panels(2, 3.7 if narrow else 5.2, narrow)
    for axes, title, found in zip(panels, ("site's own", "chosen"), (findings.own, findings.chosen), strict=True):
        incident = found.test.score.incident_outcomes[index]
        seen = picture(findings.judges.test, found.test, incident.run)
        draw_contour(axes, seen, time_axis(seen, incident.incident))
        dress(axes, f"{title}, {len(found.placement.stations)} stations: {_told(found, index)}")
        axes.grid(visible=False)
        legend(axes, below=0.16)
    bar = figure.colorbar(colour_key(), ax=panels, pad=0.01, location="bottom" if narrow else "right", aspect=30)
    bar.set_label("speed at the stations, linear in between, km/h", fontsize=SMALL_PT)
    bar.ax.tick_params(labelsize=SMALL_PT)
    return figure


def _told(found: PlacementResult, index: int) -> str:
    incident = found.test.score.incident_outcomes[index]
    return f"alarm after {incident.ttd_s:.0f} s" if incident.hit else "missed"
