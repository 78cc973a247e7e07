"""The entries of a report in the order of the page: misses and false alarms first, then the hits."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.reporting.evidence_pictures import ExplainedRun
from harness.reporting.read_runs import ReportedRun, run_picture
from harness.reporting.report_document import DASH, Entry, Group
from harness.reporting.report_entries import incident_entry, run_entry
from harness.scoring.detection_score import Score
from harness.scoring.outcomes import IncidentOutcome, RunOutcome


def entry_groups(
    runs: Sequence[ReportedRun],
    scores: Sequence[Score],
    alone: bool,
    explained: Mapping[str, ExplainedRun] | None = None,
) -> tuple[Group, ...]:
    """Return missed incidents, runs with false alarms, incidents left out of DR, detected ones; no empty groups.

    `scores` by rising persistence: verdicts are those of the first. A run reported `alone` has an entry even without an
    incident or a false alarm; the headline shows its picture. Runs that are `explained`, by name, have pictures of their
    detectors' evidence; a battery's only where an incident was missed or an alarm false, so that its page stays small.
    """
    score = scores[0]
    pictures = {run.name: run_picture(run, score) for run in runs}
    seeds = {run.name: str(run.record.get("seed", DASH)) for run in runs}
    alarms = {run.name: [alarm for alarm in score.alarm_outcomes if alarm.run == run.name] for run in runs}

    why = explained or {}

    def incident_entries(incidents: Sequence[IncidentOutcome], explain: bool = alone) -> tuple[Entry, ...]:
        return tuple(
            replace(
                incident_entry(one, pictures[one.run], scores, seeds[one.run]),
                evidence=why[one.run].of_incident(one.incident) if explain and one.run in why else (),
            )
            for one in incidents
        )

    def run_entries(some: Sequence[RunOutcome]) -> tuple[Entry, ...]:
        return tuple(
            replace(
                run_entry(run, alarms[run.run], pictures[run.run], seeds[run.run]),
                evidence=why[run.run].of_run() if run.run in why else (),
            )
            for run in some
        )

    missed = [one for one in score.counted if not one.detected]
    left_out = [one for one in score.incident_outcomes if not one.counted]
    hits = sorted(score.hits, key=lambda one: -one.ttd_s)
    false = sorted((run for run in score.run_outcomes if run.false_alarms), key=lambda run: -run.false_alarms)
    quiet = [run for run in score.run_outcomes if not run.false_alarms and not pictures[run.run].incidents]
    found = (
        Group(
            "missed",
            "Missed incidents",
            "bad",
            "No alarm in time, although the loops showed the incident.",
            incident_entries(missed, explain=True),
        ),
        Group(
            "false-alarms",
            "Runs with false alarms",
            "bad",
            "Each picture shows a full run; runs with the most false alarms come first. A cross is a false alarm.",
            run_entries(false),
        ),
        Group(
            "left-out",
            "Incidents left out of DR",
            "plain",
            "They count neither as detected nor as missed.",
            incident_entries(left_out),
        ),
        Group("detected", "Detected incidents", "good", "The slowest detections first.", incident_entries(hits)),
        Group(
            "quiet",
            "Runs without incident or false alarm",
            "good",
            "",
            tuple(replace(entry, pictures=()) for entry in run_entries(quiet)) if alone else (),
        ),
    )
    return tuple(group for group in found if group.entries)
