"""What is behind an incident, and what people draw for it: by run, truth, which of its incidents it is, and seed."""

from math import isnan, nan

from harness.service.drill.drilled_run import DrilledRun, OpenedIncident
from harness.service.drill.incident_chain import reactions, truth_behind
from harness.service.drill.reaction_times import Reaction
from simulator.truth import ObservedIncident

KNOWN = tuple(
    ObservedIncident(100.0 + number, 1000.0 + number, 500.0 + number, (1,), 0, nan, True, 1.0, nan)
    for number in range(2)
)


def opened(name: str, of: int | None) -> OpenedIncident:
    told = ("lanes blocked", "lanes blocked", "high", "high", 1.0, 1.0, 0, 0, "detection")
    return OpenedIncident(name, 150.0, 0, 777.0, nan, *told, of, "lanes blocked")


def run(*of: int | None, name: str = "run") -> DrilledRun:
    """A run that opened incidents a, b, ... with these behind them."""
    made = tuple(opened(letter, each) for letter, each in zip("abcd", of, strict=False))
    return DrilledRun(name, True, 10, 1.0, made, (), 0.0, 0.0, 0.0, 0.0)


def drawn(made: DrilledRun, seed: int = 1) -> list[Reaction]:
    draw = reactions(made, seed)
    return [draw(each.id) for each in made.opened]


def test_behind_an_incident_is_the_true_one_with_its_own_place_and_clearance() -> None:
    behind = truth_behind(run(1, None), KNOWN)
    assert (behind["a"].of, behind["a"].clearance_s, behind["a"].position_m) == (1, 1001.0, 501.0)
    assert (behind["b"].of, isnan(behind["b"].clearance_s), behind["b"].position_m) == (None, True, 777.0)


def test_what_is_drawn_does_not_depend_on_what_else_was_opened() -> None:
    assert drawn(run(0, 1))[1] == drawn(run(None, 1))[1] == drawn(run(1))[0]


def test_each_incident_opened_for_a_true_one_draws_anew() -> None:
    first, second, third = drawn(run(0, 0, 1))
    assert len({first, second, third}) == 3
    assert drawn(run(0, 1, 0)) == [first, third, second]


def test_false_incidents_draw_anew_too() -> None:
    assert len(set(drawn(run(None, None, 0)))) == 3


def test_another_run_and_another_seed_draw_others() -> None:
    assert drawn(run(0)) != drawn(run(0, name="other"))
    assert drawn(run(0)) != drawn(run(0), seed=2)
    assert drawn(run(0)) == drawn(run(0))
