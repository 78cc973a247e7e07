"""A score by the levels of a factor: demand, blocked lanes, place in the section, section length, or any label of a run.

Conventions: an incident belongs to the level of its own factors (those of its run included), a run to that of its
own. False alarms belong to runs: a factor that only incidents have leaves their rates undefined. Where demand varies
from run to run without repeating, the levels are classes of demand.
"""

from dataclasses import replace

from harness.scoring.detection_score import Score
from harness.scoring.outcomes import Factors

DEMAND = "demand"
MISSING = "–"
MOST_LEVELS = 12

# Classes in rising order; other labels follow in alphabetical order.
_ORDER = (
    *("under 400", "400 to 799", "800 to 1199", "1200 to 1599", "1600 and more"),
    *("early", "middle", "late"),
    *("short", "medium", "long"),
)
_DEMAND_CLASSES = ((400.0, "under 400"), (800.0, "400 to 799"), (1200.0, "800 to 1199"), (1600.0, "1200 to 1599"))


def demand_class(demand_vphpl: float) -> str:
    """Return the class of a demand in veh/h/lane.

    >>> demand_class(1500), demand_class(1600)
    ('1200 to 1599', '1600 and more')
    """
    return next((name for limit, name in _DEMAND_CLASSES if demand_vphpl < limit), "1600 and more")


def factors_of(score: Score) -> tuple[str, ...]:
    """Return the factors worth a table: with two to twelve levels over incidents and runs, in order of appearance."""
    names = dict.fromkeys(name for factors in _labels(score) for name in factors)
    return tuple(name for name in names if 2 <= len(_levels(score, name)) <= MOST_LEVELS)


def by_factor(score: Score, factor: str) -> tuple[tuple[str, Score], ...]:
    """Return the levels of `factor`, each with the score over its incidents and runs alone.

    Runs and incidents without the factor come last, under a dash.
    """
    levels = _levels(score, factor)
    parts = [
        (level if isinstance(level, str) else f"{level:g}", _part(score, factor, of)) for level, of in levels.items()
    ]
    rest = _part(score, factor, None)
    if parts and (rest.incident_outcomes or rest.run_outcomes):
        parts.append((MISSING, rest))
    return tuple(parts)


def _labels(score: Score) -> list[Factors]:
    return [one.factors for one in score.incident_outcomes] + [one.factors for one in score.run_outcomes]


def _levels(score: Score, factor: str) -> dict[str | float, set[str | float]]:
    """The levels of a factor in the order in which they are shown, each with the values that belong to it."""
    values = {factors[factor] for factors in _labels(score) if factor in factors}
    classed = factor == DEMAND and len(values) > MOST_LEVELS
    levels: dict[str | float, set[str | float]] = {}
    for value in values:
        level = demand_class(value) if classed and not isinstance(value, str) else value
        levels.setdefault(level, set()).add(value)
    return dict(sorted(levels.items(), key=lambda item: _rank(item[0])))


def _part(score: Score, factor: str, values: set[str | float] | None) -> Score:
    """The score over what has one of `values`, or over what does not have the factor."""

    def belongs(factors: Factors) -> bool:
        return factor not in factors if values is None else factors.get(factor) in values

    of_runs = any(factor in run.factors for run in score.run_outcomes)
    runs = tuple(run for run in score.run_outcomes if of_runs and belongs(run.factors))
    names = {run.run for run in runs}
    return replace(
        score,
        incident_outcomes=tuple(one for one in score.incident_outcomes if belongs(one.factors)),
        alarm_outcomes=tuple(alarm for alarm in score.alarm_outcomes if alarm.run in names),
        run_outcomes=runs,
    )


def _rank(level: str | float) -> tuple[int, float, str]:
    if not isinstance(level, str):
        return (0, float(level), "")
    return (1, float(_ORDER.index(level)), "") if level in _ORDER else (2, 0.0, level)
