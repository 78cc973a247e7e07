"""What the loops showed around an incident: the contour of speed over time and position, with the incident and its queue's tail."""

from collections.abc import Sequence
from math import inf, isfinite, nan

import numpy as np

from harness.reporting.figures.figure_style import SMALL_PT, TimeAxis, dress, legend, new_figure, png
from harness.reporting.figures.run_picture import EstimatePath, RunPicture, ShownAlarm, Verdict, stack_frames
from harness.reporting.figures.speed_contour import LEVELS_KMH, colour_key, draw_contour
from harness.reporting.report_document import Picture
from harness.service.incidents.incident import State
from harness.service.reports.incident_times import IncidentTimes
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame

BEFORE_S, AFTER_S = 600.0, 600.0
"""Time shown before the onset and after the end, s. Chosen: what is usual is seen beside what is not."""
LONGEST_S = 7200.0
"""Longest time shown, s. Chosen: a minute is then still a pixel wide."""
_VERDICTS: dict[State, Verdict] = {State.RESOLVED: "hit", State.FALSE_ALARM: "false"}


def shown_span_s(found: IncidentTimes) -> tuple[float, float]:
    """Return the data times from which to which an incident is shown."""
    now = found.incident
    from_s = min(now.opened_s, now.onset_s if isfinite(now.onset_s) else now.opened_s) - BEFORE_S
    ends = [each for each in (now.cleared_s, now.closed_s) if each is not None]
    end_s = max(now.opened_s, *ends) + AFTER_S if ends else inf
    return from_s, min(end_s, from_s + LONGEST_S)


def incident_picture(found: IncidentTimes, corridor: Corridor, frames: Sequence[LoopFrame]) -> Picture | None:
    """Return the contour around an incident from the frames of that time; None where none of its road is stored."""
    shape = (len(corridor.stations), corridor.lanes)
    fitting = tuple(frame for frame in frames if frame.count.shape == shape)
    if not fitting or not 0 <= found.incident.section < corridor.sections:
        return None
    now = found.incident
    times_s, count, speed, occupancy = stack_frames(fitting)
    end_s = now.cleared_s if now.cleared_s is not None else float(times_s[-1])
    alarm = ShownAlarm(now.opened_s, max(end_s, now.opened_s), now.section, _VERDICTS.get(now.state, "neutral"))
    nothing = np.full((len(times_s), corridor.sections), nan)
    picture = RunPicture(
        now.id,
        corridor,
        times_s,
        count,
        speed,
        occupancy,
        None,
        nothing,
        np.zeros(nothing.shape, dtype=np.bool_),
        (alarm,),
        (),
        (),
        {now.section: _tail(found, times_s)},
    )
    axis = TimeAxis(
        float(times_s[0]) - corridor.period_s, float(times_s[-1]), now.opened_s, "minutes since it was opened"
    )
    figure = new_figure(3.7)
    axes = figure.add_axes((0.12, 0.235, 0.72, 0.685))
    draw_contour(axes, picture, axis)
    dress(axes, "Speed on the road")
    axes.grid(visible=False)
    legend(axes, below=0.155)
    bar = figure.colorbar(colour_key(), cax=figure.add_axes((0.865, 0.235, 0.024, 0.685)), ticks=LEVELS_KMH[::2])
    bar.set_label("speed, km/h (dark is slow)", fontsize=SMALL_PT)
    bar.ax.tick_params(labelsize=SMALL_PT, length=2)
    alt = f"Speed over time and position on {now.corridor} around {now.id}, opened in section {now.section}."
    caption = (
        "Dark is slow. The mark is when and in which section the incident was opened, the line how long it lasted; "
        "hit: closed as resolved, false: as a false alarm, neutral: not judged."
    )
    return Picture(png(figure), alt, caption)


def _tail(found: IncidentTimes, times_s: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> EstimatePath:
    """Return the tail of the queue as it was told: each value holds until the next."""
    told = [(each.event.time_s, each.event.data["tail_m"]) for each in found.timeline if "tail_m" in each.event.data]
    tail_m = np.full(len(times_s), nan)
    for time_s, value in told:
        tail_m[times_s >= time_s] = nan if value is None else float(value)
    empty = np.full(len(times_s), nan)
    return EstimatePath(times_s, empty, empty, empty, empty, empty, tail_m)
