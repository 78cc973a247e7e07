"""What to learn from incidents: named rules, each with the figures that it rests on. A rule that finds nothing says nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from harness.service.incidents.incident import Severity, State
from harness.service.reports.incident_times import IncidentTimes
from harness.service.reports.report_words import duration, incidents

FEWEST_FALSE = 2
"""False alarms of a section, or an hour, from which a lesson is drawn. Chosen: one is chance."""
FALSE_SHARE = 0.5
"""Share of false ones among those that persons judged, from which a section is named. Chosen: more wrong than right."""
FLAPS = 2
"""Returns from which an incident is said to flap. Chosen."""
LATE_TEAM_S = 300.0
"""How much later than expected a team is there that is called late, s. Chosen: less is the traffic of the minute."""
Figures = Mapping[str, float | str]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A rule that applies, in words, with its figures."""

    rule: str
    text: str
    figures: Figures = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChannelCount:
    """Notifications of one channel: sent, and given up."""

    sent: int
    failed: int


def lessons(
    found: Sequence[IncidentTimes],
    channels: Mapping[str, ChannelCount] | None = None,
    blind_s: Mapping[str, float] | None = None,
) -> tuple[Lesson, ...]:
    """Return what there is to learn from incidents, from the channels' counts, and from how long corridors were blind."""
    told = [lesson for rule in RULES for lesson in rule(found)]
    return (*told, *_channels(channels or {}), *_blind(blind_s or {}))


def _targets_missed(found: Sequence[IncidentTimes]) -> Iterable[Lesson]:
    for severity in reversed(Severity):
        judged = [each for each in found if each.top_severity is severity and each.in_time is not None]
        late = [each for each in judged if not each.in_time]
        if late:
            worst = max(late, key=lambda each: each.late_s)
            never = sum(each.taken_s != each.taken_s for each in late)
            nobody = f"; nobody took {never} of them" if never else ""
            yield Lesson(
                "target missed",
                f"{len(late)} of {len(judged)} {severity.value} incidents missed their target, at the median by "
                f"{duration(median(each.late_s for each in late))}, at most by {duration(worst.late_s)} "
                f"({worst.incident.id}){nobody}",
                {
                    "severity": severity.value,
                    "late": len(late),
                    "never": never,
                    "judged": len(judged),
                    "worst_s": worst.late_s,
                },
            )


def _never_taken(found: Sequence[IncidentTimes]) -> Iterable[Lesson]:
    gone = [each for each in found if each.taken_s != each.taken_s and each.incident.state is State.CLEARED]
    if gone:
        yield Lesson(
            "never taken",
            f"{len(gone)} of {incidents(len(found))}: over by the detectors before anybody took them",
            {"incidents": len(gone), "of": len(found)},
        )


def _teams_late(found: Sequence[IncidentTimes]) -> Iterable[Lesson]:
    came = [each for each in found if each.arrived_late_s == each.arrived_late_s]
    late = [each for each in came if each.arrived_late_s > LATE_TEAM_S]
    if late:
        worst = max(late, key=lambda each: each.arrived_late_s)
        yield Lesson(
            "team late",
            f"{len(late)} of {len(came)} teams were there more than {duration(LATE_TEAM_S)} later than expected, at the median by "
            f"{duration(median(each.arrived_late_s for each in late))}, at most by {duration(worst.arrived_late_s)} "
            f"({worst.incident.id})",
            {"late": len(late), "arrived": len(came), "worst_s": worst.arrived_late_s},
        )


def _no_team_free(found: Sequence[IncidentTimes]) -> Iterable[Lesson]:
    for kind, count in Counter(kind for each in found for kind in each.lacking).most_common():
        yield Lesson(
            "no team free",
            f"no team of type {kind} was free for {count} of {incidents(len(found))}",
            {"type": kind, "incidents": count, "of": len(found)},
        )


def _false_sections(found: Sequence[IncidentTimes]) -> Iterable[Lesson]:
    judged = [each.incident for each in found if each.incident.state in (State.RESOLVED, State.FALSE_ALARM)]
    false = Counter((each.corridor, each.section) for each in judged if each.state is State.FALSE_ALARM)
    every = Counter((each.corridor, each.section) for each in judged)
    for (corridor, section), count in false.most_common():
        if count >= FEWEST_FALSE and count >= FALSE_SHARE * every[corridor, section]:
            yield Lesson(
                "section gives false alarms",
                f"{corridor}, section {section}: {count} of {every[corridor, section]} that persons judged were false alarms",
                {"corridor": corridor, "section": section, "false": count, "judged": every[corridor, section]},
            )


def _false_kinds(found: Sequence[IncidentTimes]) -> Iterable[Lesson]:
    false = Counter(each.incident.kind.value for each in found if each.incident.state is State.FALSE_ALARM)
    total = sum(false.values())
    for kind, count in false.most_common(1):
        if count >= FEWEST_FALSE and count > total / 2 and len(false) > 1:
            yield Lesson(
                "type gives false alarms",
                f"{count} of {total} false alarms were told as {kind}",
                {"kind": kind, "false": count, "all_false": total},
            )


def _flapping(found: Sequence[IncidentTimes]) -> Iterable[Lesson]:
    for each in found:
        if each.returns >= FLAPS:
            yield Lesson(
                "flapped",
                f"{each.incident.id} was cleared and returned {each.returns} times: `clear_after_s` is short for this place",
                {"incident": each.incident.id, "returns": each.returns},
            )


def _escalated(found: Sequence[IncidentTimes]) -> Iterable[Lesson]:
    escalated = [each for each in found if each.escalations]
    if escalated:
        late = [each.taken_s for each in escalated if each.taken_s == each.taken_s]
        after = (
            f"; those taken later were taken {duration(median(late))} after they were opened, at the median"
            if late
            else ""
        )
        yield Lesson(
            "escalated",
            f"{len(escalated)} of {incidents(len(found))} escalated{after}",
            {"incidents": len(escalated), "of": len(found)},
        )


def _closed_while_seen(found: Sequence[IncidentTimes]) -> Iterable[Lesson]:
    seen = [each for each in found if each.incident.state is State.RESOLVED and each.incident.cleared_s is None]
    if seen:
        yield Lesson(
            "closed while still seen",
            f"{incidents(len(seen))} closed as resolved while the detectors still saw them ({seen[0].incident.id})",
            {"incidents": len(seen)},
        )


def _taken_back(found: Sequence[IncidentTimes]) -> Iterable[Lesson]:
    reopened, undone = (sum(getattr(each, name) for each in found) for name in ("reopened", "undone"))
    if reopened or undone:
        yield Lesson(
            "taken back",
            f"closings taken back: {incidents(reopened)} reopened, {undone} changes undone within a minute",
            {"reopened": reopened, "undone": undone},
        )


def _channels(channels: Mapping[str, ChannelCount]) -> Iterable[Lesson]:
    for name, count in channels.items():
        if count.failed:
            yield Lesson(
                "channel failed",
                f"channel {name}: {count.failed} of {count.failed + count.sent} notifications were given up",
                {"channel": name, "failed": count.failed, "sent": count.sent},
            )


def _blind(blind_s: Mapping[str, float]) -> Iterable[Lesson]:
    for corridor, seconds in blind_s.items():
        if seconds > 0:
            yield Lesson(
                "blind",
                f"{corridor}: no readings for {duration(seconds)}; what happened then was not seen",
                {"corridor": corridor, "blind_s": seconds},
            )


RULES: tuple[Callable[[Sequence[IncidentTimes]], Iterable[Lesson]], ...] = (
    _targets_missed,
    _never_taken,
    _teams_late,
    _no_team_free,
    _false_sections,
    _false_kinds,
    _flapping,
    _escalated,
    _closed_while_seen,
    _taken_back,
)
"""The rules on incidents, in the order in which they are told."""
