"""The chain of a drill as tables, its sentence, and its rows and figures for files."""

from collections.abc import Iterator, Mapping
from typing import Any

from harness.reporting.number_text import counted, number, percent_with_interval, with_interval
from harness.reporting.report_document import DASH, Table
from harness.scoring.rates import Sample
from harness.service.drill.chain_score import ALL_STEPS, ChainScore
from harness.service.drill.clearance_runs import EARLIER_S
from harness.service.drill.reaction_times import stated
from harness.service.drill.waiting_cost import STEPS, waited_s

NAMES = {
    "evidence_s": "loops differ (earliest evidence)",
    "alarm_s": "first alarm",
    "opened_s": "incident opened",
    "seen_s": "seen by an operator",
    "acknowledged_s": "acknowledged",
    "team_s": "team there",
    "cleared_s": "lanes free, as in the scenario",
    "recovered_s": "traffic recovered",
}
CHAIN_COLUMNS = (
    *("run", "incident", "onset_s", "evidence_s", "alarm_s", "opened_s", "seen_s", "acknowledged_s", "team_s"),
    *("cleared_s", "recovered_s", "waited_s", "delay_veh_h", "waiting_veh_h"),
    *(f"saved_{step_s:.0f}s_earlier_veh_h" for step_s in EARLIER_S),
)


def chain_sentence(score: ChainScore) -> str:
    """Return the result in a sentence."""
    shift = score.shift
    people = f"{counted(shift.operators, 'operator')} and {counted(shift.teams, 'team')}"
    there = score.from_onset("team_s")
    text = (
        f"{people}: a team was there {number(there.median, 0)} s after onset (median of {len(there.values)}), "
        f"at {score.reached.part} of {score.reached.whole} incidents while lanes were blocked"
    )
    if not score.waiting.values:
        return text + "."
    lost, delay = score.waiting, score.delay
    return (
        f"{text}; {with_interval(lost.mean, lost.interval)} of {with_interval(delay.mean, delay.interval)} vehicle-hours an "
        "incident were lost to waiting."
    )


def chain_tables(score: ChainScore) -> tuple[Table, ...]:
    """Return the tables: the chain, what waiting costs where there are twins, what people did."""
    return (_chain(score), *((_waiting(score),) if score.with_twins else ()), _people(score))


def _chain(score: ChainScore) -> Table:
    whole = len(score.counted)
    rows = []
    for step in ALL_STEPS:
        times = score.from_onset(step)
        waits = step in STEPS
        rows.append(
            (
                NAMES[step],
                f"{len(times.values)} of {whole}",
                number(times.median, 0),
                number(times.p90, 0),
                number(score.lasted(step).mean, 0) if waits else DASH,
                _mean(score.cost(step)) if waits else DASH,
            )
        )
    note = (
        "Of incidents with impact, in data time. The step: how much of the wait for a team it took, on average over all incidents; "
        "one that never came took what was left. Saved: vehicle-hours an incident, had this step alone taken no time, with the "
        "95 % bootstrap interval of the mean, from SUMO twins whose lanes are free earlier."
    )
    columns = ("", "incidents", "from onset, median, s", "90 %, s", "the step, mean, s", "saved without it, veh h")
    return Table("The chain: from onset to traffic recovered", columns, tuple(rows), note)


def _waiting(score: ChainScore) -> Table:
    named = [
        ("an incident cost", score.delay),
        ("of it lost to waiting, from onset until a team was there", score.waiting),
        *((f"each minute of {step_s / 60:g} min earlier saved", score.minute(step_s)) for step_s in EARLIER_S),
    ]
    rows = [(name, str(len(each.values)), _mean(each), number(each.median)) for name, each in named]
    unrecovered = len(score.with_twins) - len(score.from_onset("recovered_s").values)
    note = (
        "Vehicle-hours an incident. Lanes are free when the scenario says, whoever comes; the work on the scene is taken as "
        "given, so a minute less of waiting is a minute less of blocked lanes. Nobody there in time: all was waiting. Delay "
        "counts vehicles in excess of the twin without the incident, until traffic has recovered"
    )
    note += (
        f"; {counted(unrecovered, 'incident')} had not by the end of what was simulated, and cost more than is counted."
        if unrecovered
        else "."
    )
    return Table("What waiting costs", ("", "incidents", "mean, veh h", "median"), tuple(rows), note)


def _people(score: ChainScore) -> Table:
    handled = score.handled
    rows = [
        ("operators, teams, seed", f"{score.shift.operators}, {score.shift.teams}, {score.shift.seed}"),
        ("team there while lanes were blocked, %", percent_with_interval(score.reached)),
        ("acknowledged too late for the policy", str(sum(each.late for each in handled))),
        ("escalated", str(sum(each.escalated for each in handled))),
        ("no team free", str(sum(each.no_team for each in handled))),
        ("true ones closed as false", str(score.wrongly_closed)),
        ("false ones looked at", str(score.false)),
        ("teams sent in vain", str(score.in_vain)),
    ]
    return Table("What people did", ("", "value"), tuple(rows), stated())


def chain_rows(score: ChainScore) -> Iterator[Mapping[str, object]]:
    """Yield a row of `CHAIN_COLUMNS` for each true incident."""
    for run in score.runs:
        for chain in run.chains:
            row: dict[str, object] = {name: getattr(chain, name) for name in CHAIN_COLUMNS if hasattr(chain, name)}
            row |= {"incident": chain.number, "waited_s": waited_s(chain)}
            twins = score.twins_of(chain)
            if twins is not None:
                row |= {"recovered_s": twins.recovered_s, "delay_veh_h": twins.delay_veh_h}
                row["waiting_veh_h"] = score.waiting_of(chain)
                for each in twins.earlier:
                    row[f"saved_{each.earlier_s:.0f}s_earlier_veh_h"] = twins.delay_veh_h - each.delay_veh_h
            yield row


def chain_figures(score: ChainScore) -> dict[str, Any]:
    """Return the figures as JSON, each with its count and its interval."""
    return {
        "operators": score.shift.operators,
        "teams": score.shift.teams,
        "seed": score.shift.seed,
        "incidents": len(score.counted),
        "steps": {
            step: {
                "from_onset_s": _figure(score.from_onset(step)),
                **(
                    {"lasted_s": _figure(score.lasted(step)), "cost_veh_h": _figure(score.cost(step))}
                    if step in STEPS
                    else {}
                ),
            }
            for step in ALL_STEPS
        },
        "delay_veh_h": _figure(score.delay),
        "waiting_veh_h": _figure(score.waiting),
        "minute_veh_h": {f"{each:.0f}": _figure(score.minute(each)) for each in EARLIER_S},
        "reached": score.reached.part,
        "late": sum(each.late for each in score.handled),
        "escalated": sum(each.escalated for each in score.handled),
        "no_team": sum(each.no_team for each in score.handled),
        "wrongly_closed": score.wrongly_closed,
        "false": score.false,
        "in_vain": score.in_vain,
    }


def _figure(sample: Sample) -> dict[str, float]:
    ends = sample.interval
    return {
        "count": len(sample.values),
        "mean": sample.mean,
        "low": ends.low,
        "high": ends.high,
        "median": sample.median,
        "p90": sample.p90,
    }


def _mean(sample: Sample) -> str:
    return with_interval(sample.mean, sample.interval)
