"""Marks on plots over time: an incident's span and earliest evidence, a section's alarms."""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes

from harness.reporting.figures.figure_style import INK, MARKERS, VERMILLION, TimeAxis
from harness.reporting.figures.run_picture import ShownAlarm
from simulator.truth import ObservedIncident


def mark_incident(axes: Axes, incident: ObservedIncident, axis: TimeAxis) -> None:
    """Shade the time in which lanes were blocked, and mark the earliest evidence."""
    end_s = incident.clearance_s if np.isfinite(incident.clearance_s) else axis.to_s
    axes.axvspan(axis.minutes(incident.onset_s), axis.minutes(end_s), color=VERMILLION, alpha=0.10, linewidth=0)
    if np.isfinite(incident.earliest_evidence_s):
        axes.axvline(axis.minutes(incident.earliest_evidence_s), color=INK, linewidth=0.9, linestyle=(0, (4, 2)))


def mark_alarms(axes: Axes, alarms: Iterable[ShownAlarm], section: int, axis: TimeAxis) -> None:
    """Mark the section's alarms by a line and, at the top, a sign."""
    for alarm in alarms:
        if alarm.section != section or not axis.holds(alarm.raised_s):
            continue
        marker, face, edge, _ = MARKERS[alarm.verdict]
        minutes = axis.minutes(alarm.raised_s)
        axes.axvline(minutes, color=INK if alarm.verdict != "false" else VERMILLION, linewidth=1.0)
        axes.plot(
            [minutes],
            [1.0],
            marker=marker,
            markersize=6.5,
            markerfacecolor=face,
            markeredgecolor=edge,
            linestyle="none",
            clip_on=False,
            zorder=6,
            transform=axes.get_xaxis_transform(),
        )
