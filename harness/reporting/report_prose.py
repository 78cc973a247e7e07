"""Sentences that explain the scores of a report, built from the counts."""

import math
from collections.abc import Sequence

from harness.reporting.number_text import counted, number, percent, span
from harness.reporting.paper_table import PAPER_SIMULATED
from harness.reporting.report_document import DASH
from harness.scoring.characterization import LATER_FRAMES
from harness.scoring.detection_score import Score
from harness.scoring.outcomes import IncidentOutcome


def score_sentences(detector: str, scores: Sequence[Score]) -> tuple[str, ...]:
    """Return a paragraph on each subject: detection, time, false alarms, persistence, the paper, characterization.

    `scores` by rising persistence; the last is compared with the first.
    """
    first = scores[0]
    paragraphs = [_detection(detector, first), _time(first), _false_alarms(first), _persistence(scores)]
    paragraphs += [_paper(first), _characterization(first)]
    return tuple(paragraph for paragraph in paragraphs if paragraph)


def _detection(detector: str, score: Score) -> str:
    at = f"At persistence {score.persistence}, {detector}"
    left_out = [
        f"{counted(count, 'incident')} {what}"
        for count, what in (
            (score.incidents_without_impact, "without impact on the loops"),
            (score.incidents_unobserved, "during which no frame was recorded"),
        )
        if count
    ]
    out = f" Left out of DR: {' and '.join(left_out)}." if left_out else ""
    if not score.incidents:
        return f"{at} had no incident with impact to detect: DR and TTD are undefined.{out}"
    low, high = (percent(end, 0) for end in score.dr.interval)
    found = (
        f"{at} detected {score.detected} of {counted(score.incidents, 'incident')} with impact: "
        f"DR {percent(score.dr.value)} % (95 % interval {low} to {high} %)."
    )
    spilled = score.detected - score.located
    if spilled:
        found += f" {spilled} of these alarms were in the next section upstream: at its end the queue stood, or the lane was empty."
    return found + _misses(score) + out


def _misses(score: Score) -> str:
    missed = [incident for incident in score.counted if not incident.detected]
    if not missed:
        return " None was missed."
    ranges = [_range(group, "demand") for group in (missed, list(score.hits))]
    where = f" Missed: {counted(len(missed), 'incident')}"
    if all(ranges):
        return f"{where}, at {ranges[0]} veh/h/lane (detected: {ranges[1]})."
    return f"{where}, at {ranges[0]} veh/h/lane." if ranges[0] else f"{where}."


def _range(incidents: Sequence[IncidentOutcome], factor: str) -> str:
    values = [level for one in incidents if not isinstance(level := one.factors.get(factor, ""), str)]
    if not values:
        return ""
    low, high = min(values), max(values)
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _time(score: Score) -> str:
    if not score.detected:
        return ""
    interval = span(score.ttd.interval, 0)
    text = (
        f"The alarm came {number(score.ttd.mean, 0)} s after the onset on average"
        f"{f' ({interval} s, 95 %)' if interval != DASH else ''}, half of them within {number(score.ttd.median, 0)} s and "
        f"90 % within {number(score.ttd.p90, 0)} s."
    )
    known = [one for one in score.hits if math.isfinite(one.floor_s)]
    if known:
        floor_s = math.fsum(one.floor_s for one in known) / len(known)
        beyond_s = math.fsum(one.ttd_s - one.floor_s for one in known) / len(known)
        text += (
            f" The loops first differed from the twin's {number(floor_s, 0)} s after the onset (the floor), so "
            f"the detector took another {number(beyond_s, 0)} s."
        )
    if score.before_evidence:
        text += f" {counted(score.before_evidence, 'alarm')} came before the loops showed anything: by chance."
    return text


def _false_alarms(score: Score) -> str:
    if not score.decisions:
        return "No decision was made where an alarm would be false: FAR is undefined."
    hours = f"{number(score.section_hours)} section-hours without an incident ({score.decisions} decisions)"
    day = score.false_alarms_per_corridor_day
    if not score.false_alarms:
        most = number(day.interval.high)
        return f"No false alarm in {hours}. The rate is therefore below {most} a day on this corridor (95 %), not 0."
    return (
        f"{counted(score.false_alarms, 'false alarm')} in {hours}: {percent(score.far.value, 3)} % of decisions, or "
        f"{number(day.value)} a day on this corridor ({span(day.interval)}, 95 %). One event is one group: they are "
        f"{counted(score.false_groups, 'group')}, {number(score.false_groups_per_corridor_day.value)} a day."
    )


def _persistence(scores: Sequence[Score]) -> str:
    if len(scores) < 2 or not (scores[0].detected or scores[0].false_alarms):
        return ""
    first, last = scores[0], scores[-1]
    rates = _change(percent(first.dr.value), percent(last.dr.value), " %")
    times = _change(number(first.ttd.mean, 0), number(last.ttd.mean, 0), " s")
    false = _change(str(first.false_alarms), str(last.false_alarms), "")
    return (
        f"Waiting for {last.persistence + 1} incident decisions in a row instead of {first.persistence + 1}: "
        f"DR {rates}, mean TTD {times}, false alarms {false}."
    )


def _change(before: str, after: str, unit: str) -> str:
    return f"{before}{unit} as before" if before == after else f"{before} to {after}{unit}"


def _paper(score: Score) -> str:
    if not score.incidents or score.persistence >= len(PAPER_SIMULATED):
        return ""
    paper = PAPER_SIMULATED[score.persistence]
    return (
        f"Sheu (2004, Table 1) reports DR {paper.dr_percent:g} %, FAR {paper.far_percent:g} % and TTD {paper.ttd_s:g} s "
        f"for 36 simulated incidents; here, counted in the same way (whole intervals): DR {percent(score.dr.value)} %, "
        f"FAR {percent(score.far.value, 3)} % and TTD {number(score.ttd_intervals.mean)} s. The paper reports no "
        "incident-free hours, so its FAR has no denominator."
    )


def _characterization(score: Score) -> str:
    found = score.characterization
    named = len(found.described)
    if not named:
        return ""
    exact = sum(one.lanes_exact for one in found.lanes_known)
    later = sum(one.lanes_exact_later for one in found.lanes_known)
    text = f"The alarm named the blocked lanes exactly in {exact} of {len(found.lanes_known)} detected incidents"
    text += f", and {LATER_FRAMES} frames later in {later}."
    if found.suspicion.compared:
        text += (
            f" The first symptom came {number(found.suspicion.bias, 0)} s after the onset on average; {found.by_evidence} of "
            "the alarms were raised because the evidence exceeded its threshold, the others by another rule."
        )
    queue = found.queue_error
    if queue.compared:
        side = "short" if queue.bias < 0 else "long"
        text += f" Estimated queues are {number(abs(queue.bias))} vehicles too {side} on average (RMSE {number(queue.rmse)})."
    return text
