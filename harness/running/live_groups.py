"""The groups of a live run's alarms, as far as it has come (`harness.scoring.alarm_groups`)."""

from collections.abc import Mapping
from dataclasses import replace

from detectors.detector import Decision
from harness.scoring.alarm_groups import alarm_groups
from harness.scoring.alarms import Alarm
from scenarios.corridor import Corridor


def after_decision(alarms: tuple[Alarm, ...], going_on: Mapping[int, float], decision: Decision) -> tuple[Alarm, ...]:
    """Return the run's alarms after one more decision; `going_on`: start [s] of those on in the frame before, by section."""
    if not decision.alarm.any():
        return alarms
    now_s, on = decision.time_s, decision.alarm
    kept = tuple(
        replace(one, ended_s=now_s) if on[one.section] and going_on.get(one.section) == one.raised_s else one
        for one in alarms
    )
    new = (section for section, alarm in enumerate(on.tolist()) if alarm and section not in going_on)
    return (*kept, *(Alarm(section, now_s, now_s) for section in new))


def group_texts(alarms: tuple[Alarm, ...], now_s: float, corridor: Corridor) -> dict[int, str]:
    """Return what is said of the groups of the alarms raised now, by section.

    >>> from scenarios.corridor import Station
    >>> road = Corridor("road", 30.0, tuple(Station(str(k), 800.0 * k, 3) for k in range(4)))
    >>> group_texts((Alarm(2, 600.0, 900.0), Alarm(1, 900.0, 900.0)), 900.0, road)
    {1: 'group 1, whose head is section 2'}
    """
    if all(one.raised_s < now_s for one in alarms):
        return {}
    groups = alarm_groups(alarms, corridor)
    heads = {of.group: one.section for one, of in zip(alarms, groups, strict=True) if of.head}
    return {
        one.section: f"group {of.group}" + ("" if of.head else f", whose head is section {heads[of.group]}")
        for one, of in zip(alarms, groups, strict=True)
        if one.raised_s == now_s
    }
