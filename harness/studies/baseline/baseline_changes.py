"""Changes of a detector's result from a baseline to now, run by run and incident by incident."""

from dataclasses import dataclass

from harness.studies.baseline.baseline_file import IncidentResult, RunResult


@dataclass(frozen=True, slots=True)
class Change:
    """A difference in one run; `worse` is True, False for better, None for neither."""

    run: str
    text: str
    worse: bool | None


def changes_of_run(run: str, was: RunResult, now: RunResult) -> list[Change]:
    """Return what changed in one run from `was` to `now`: its incidents, its false alarms, else the times of its alarms."""
    changes = []
    for number, (one, other) in enumerate(zip(was.incidents, now.incidents, strict=False)):
        change = _incident_change(run, one, other)
        if change is not None:
            several = f"incident {number}: " if len(was.incidents) > 1 else ""
            changes.append(Change(run, several + change[0], change[1]))
    if len(was.incidents) != len(now.incidents):
        changes.append(Change(run, f"{len(now.incidents)} incidents, {len(was.incidents)} before", None))
    if was.false_alarms != now.false_alarms:
        more = now.false_alarms > was.false_alarms
        changes.append(Change(run, f"{now.false_alarms} false alarms, {was.false_alarms} before", more))
    if not changes and was.said != now.said:
        changes.append(Change(run, "alarms at other times, without effect on the score", None))
    return changes


def _incident_change(run: str, was: IncidentResult, now: IncidentResult) -> tuple[str, bool | None] | None:
    if was.counted != now.counted:
        verb = "now counts" if now.counted else "no longer counts"
        return f"its incident {verb} (impact on the loops)", None
    if not was.counted:
        return None
    if was.detected and not now.detected:
        return f"lost: detected {was.ttd_s:g} s after onset before", True
    if now.detected and not was.detected:
        return f"detected now, {now.ttd_s:g} s after onset", False
    if was.ttd_s is not None and now.ttd_s is not None and was.ttd_s != now.ttd_s:
        return f"detected {now.ttd_s:g} s after onset, {was.ttd_s:g} s before", now.ttd_s > was.ttd_s
    if was.located != now.located:
        where = "in its own section now" if now.located else "in the next section upstream, in its own before"
        return f"detected {where}", not now.located
    return None
