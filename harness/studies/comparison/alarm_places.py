"""Where the alarms of the detected incidents are: in the incident's own section, upstream of it, or downstream.

Two questions, both over detected incidents:

- Is the alarm that **detects** it in its own section? Matching also takes one in the next section upstream once the queue truly is
  at the station between (`harness.scoring.matching`), and never one downstream.
- Where was the **first** alarm anywhere on the corridor, after the onset and not later than the detection? Alarms that belong to
  another incident are left out, false ones are not: an operator cannot tell them. Of alarms raised at once the nearest counts.

An alarm says which section, and nothing about the place within it. Which lanes, where the head is and how far the queue reaches is
known only from a detector that estimates them (`detectors.detector.Estimator`).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from harness.scoring.detection_score import Score
from harness.scoring.outcomes import AlarmOutcome, IncidentOutcome
from harness.scoring.rates import Proportion


@dataclass(frozen=True, slots=True)
class AlarmPlaces:
    """Shares of the detected incidents: `located` by the alarm that detects it, then by the first alarm of all."""

    located: Proportion
    first_own: Proportion
    first_upstream: Proportion
    first_downstream: Proportion


def first_alarms_of(score: Score) -> tuple[int | None, ...]:
    """Return for each counted incident the section of its first alarm less its own, None where it is not detected.

    -1 is the next section upstream, 1 the next one downstream.
    """
    by_run: dict[str, list[AlarmOutcome]] = defaultdict(list)
    for alarm in score.alarm_outcomes:
        by_run[alarm.run].append(alarm)
    return tuple(_first_alarm(incident, by_run[incident.run]) for incident in score.counted)


def _first_alarm(incident: IncidentOutcome, alarms: Sequence[AlarmOutcome]) -> int | None:
    if not incident.detected:
        return None
    places = [
        (alarm.raised_s, abs(alarm.section - incident.section), alarm.section - incident.section)
        for alarm in alarms
        if incident.onset_s < alarm.raised_s <= incident.alarm_s and alarm.incident in (None, incident.incident)
    ]
    return min(places)[2]


def alarm_places(incidents: Sequence[IncidentOutcome], first_alarms: Sequence[int | None]) -> AlarmPlaces:
    """Return the shares over the detected of these incidents and their first alarms."""
    places = [place for place in first_alarms if place is not None]
    hits = [incident for incident in incidents if incident.detected]
    return AlarmPlaces(
        Proportion(sum(incident.located for incident in hits), len(hits)),
        Proportion(sum(place == 0 for place in places), len(places)),
        Proportion(sum(place < 0 for place in places), len(places)),
        Proportion(sum(place > 0 for place in places), len(places)),
    )
