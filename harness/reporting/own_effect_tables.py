"""What a user's own SUMO files did themselves in runs, and how that is scored: a table, lines for people, and score.json's part."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.reporting.number_text import counted, first_names, number
from harness.reporting.read_runs import ReportedRun
from harness.reporting.report_document import Table
from harness.scoring.alarms import Alarm
from harness.scoring.detection_score import Score
from harness.scoring.matching import grace_of
from harness.scoring.neutral_reasons import OWN_REASONS, at_own_effects, effect_at
from harness.scoring.outcomes import AlarmOutcome
from simulator.truth import OwnEffect

HOUR_S = 3600.0
NOTE = (
    "A stop that blocked lanes is an incident as any other, with a twin in which the vehicle drives on. Alarms at the others, up "
    "to the grace period after their end, are neither hits nor false; their sections and times are left out of false alarm rates."
)


@dataclass(frozen=True, slots=True)
class _Row:
    """One effect in the runs that have it, with the outcomes of what it was counted as."""

    effect: OwnEffect
    stations: str
    runs: list[str]
    outcomes: list[str]
    alarms: list[int]


def own_effect_tables(runs: Sequence[ReportedRun], score: Score) -> tuple[Table, ...]:
    """Return a table of what the runs' own files did; none where they did nothing."""
    rows: dict[tuple[object, ...], _Row] = {}
    for run in runs:
        for effect in run.truth.own_effects if run.truth else ():
            key = (effect.what, effect.first_section, effect.last_section, effect.from_s, effect.to_s)
            stations = run.recording.corridor.stations
            between = f"{stations[effect.first_section].name} to {stations[effect.last_section + 1].name}"
            row = rows.setdefault(key, _Row(effect, between, [], [], []))
            row.runs.append(run.name)
            row.outcomes.extend(_outcome(run.name, effect, score))
            row.alarms.append(len(_alarms_at(run, effect, score)))
    if not rows:
        return ()
    return (
        Table(
            caption="What your own files do",
            columns=("What", "Stations", "Runs", "Counted as", "From [s]", "To [s]", "Neutral alarms"),
            rows=tuple(
                (
                    row.effect.what,
                    row.stations,
                    first_names(row.runs),
                    "neutral" if row.effect.incident is None else f"incident, {', '.join(dict.fromkeys(row.outcomes))}",
                    number(row.effect.from_s, 0),
                    number(row.effect.to_s, 0),
                    str(sum(row.alarms)),
                )
                for row in rows.values()
            ),
            note=NOTE,
            text_columns=4,
        ),
    )


def own_effect_notes(runs: Sequence[ReportedRun], score: Score) -> tuple[str, ...]:
    """Return a line on the alarms that are neutral because of the runs' own files, and on the time that is left out for them."""
    left_out = whole = 0.0
    for run in runs:
        if run.truth is not None and any(effect.incident is None for effect in run.truth.own_effects):
            corridor, times_s = run.recording.corridor, run.decisions.times_s
            grace_s = grace_of(corridor, score.grace_s)
            share_h = corridor.period_s / HOUR_S
            left_out += int(at_own_effects(times_s, corridor.sections, run.truth, grace_s).sum()) * share_h
            whole += times_s.size * corridor.sections * share_h
    if not whole:
        return ()
    alarms = [one for one in score.alarm_outcomes if one.reason in OWN_REASONS.values()]
    told = f"{counted(len(alarms), 'alarm')} {'is' if len(alarms) == 1 else 'are'}" if alarms else "no alarm is"
    where = f" ({', '.join(sorted({f'at your {one.reason}' for one in alarms}))})" if alarms else ""
    return (
        f"Own network: {told} neutral because of what your files do themselves{where}; "
        f"{number(left_out, 2)} of {number(whole, 2)} section-hours are left out of false alarm rates for that.",
    )


def own_effect_document(runs: Sequence[ReportedRun], score: Score) -> dict[str, object]:
    """Return what each run's own files did, for score.json: every effect with its neutral alarms."""
    return {
        run.name: [
            {
                "kind": effect.kind,
                "what": effect.what,
                "sections": list(range(effect.first_section, effect.last_section + 1)),
                "from_s": effect.from_s,
                "to_s": effect.to_s,
                "incident": effect.incident,
                "neutral_alarms": len(_alarms_at(run, effect, score)),
            }
            for effect in run.truth.own_effects
        ]
        for run in runs
        if run.truth is not None and run.truth.own_effects
    }


def _outcome(run: str, effect: OwnEffect, score: Score) -> list[str]:
    """What became of the incident that an effect is; nothing for others."""
    for one in score.incident_outcomes:
        if one.run == run and one.incident == effect.incident:
            return ["without impact" if not one.impact else "detected" if one.detected else "missed"]
    return []


def _alarms_at(run: ReportedRun, effect: OwnEffect, score: Score) -> list[AlarmOutcome]:
    """The alarms that are neutral because of this effect."""
    grace_s = grace_of(run.recording.corridor, score.grace_s)
    return [
        one
        for one in score.alarm_outcomes
        if one.run == run.name
        and one.reason == OWN_REASONS[effect.kind]
        and effect_at(effect, Alarm(one.section, one.raised_s, one.ended_s), grace_s)
    ]
