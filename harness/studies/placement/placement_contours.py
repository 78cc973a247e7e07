"""Figure of one incident under two placements: the same time and road, measured at their stations only."""

import numpy as np
from matplotlib.figure import Figure

from harness.reporting.figures.figure_style import SMALL_PT, dress, legend, new_panels, time_axis
from harness.reporting.figures.run_picture import RunPicture, shown_alarms, stack_frames
from harness.reporting.figures.speed_contour import colour_key, draw_contour
from harness.studies.placement.judge_placement import Judge, PlacementScore
from harness.studies.placement.placement import truth_for_placement
from harness.studies.placement.placement_replays import placement_frames
from harness.studies.placement.placement_study import PlacementFindings
from harness.studies.placement.station_values import PlacementResult


def shown_incident(findings: PlacementFindings) -> int:
    """Return the test incident whose delays differ most between the chosen placement and the existing stations."""
    difference_s = np.abs(np.subtract(findings.chosen.test.delay.values, findings.own.test.delay.values))
    return int(difference_s.argmax())


def placement_picture(judge: Judge, found: PlacementScore, run_name: str) -> RunPicture:
    """Return what the figure of a run under the placement is drawn from."""
    run = next(each for each in judge.dense.runs if each.name == run_name)
    placement = found.placement
    times_s, count, speed, occupancy = stack_frames(placement_frames(run, placement))
    scores, decided = judge.alarms(run, placement, found.threshold)
    truth = truth_for_placement(placement, judge.dense.corridor, run.truth, run.evidence_s, run.impact)
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
        shown_alarms(found.score, run_name),
        truth.incidents,
        (),
        {},
    )


def draw_incident(findings: PlacementFindings, narrow: bool = False) -> Figure:
    """Return the contours of one test incident under the existing stations and under the chosen ones."""
    index = shown_incident(findings)
    figure, panels = new_panels(2, 3.7 if narrow else 5.2, narrow)
    for axes, title, found in zip(panels, ("existing", "chosen"), (findings.own, findings.chosen), strict=True):
        incident = found.test.score.incident_outcomes[index]
        drawn = placement_picture(findings.judges.test, found.test, incident.run)
        draw_contour(axes, drawn, time_axis(drawn, incident.incident))
        dress(axes, f"{title}, {len(found.placement.stations)} stations: {_result_text(found, index)}")
        axes.grid(visible=False)
        legend(axes, below=0.16)
    bar = figure.colorbar(colour_key(), ax=panels, pad=0.01, location="bottom" if narrow else "right", aspect=30)
    bar.set_label("speed at the stations, linear in between, km/h", fontsize=SMALL_PT)
    bar.ax.tick_params(labelsize=SMALL_PT)
    return figure


def _result_text(found: PlacementResult, index: int) -> str:
    incident = found.test.score.incident_outcomes[index]
    return f"alarm after {incident.ttd_s:.0f} s" if incident.hit else "missed"
