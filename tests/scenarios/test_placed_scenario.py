"""A scenario on its place has passed all checks, however it was made."""

import pytest

from scenarios.files.place_file import placed
from scenarios.files.site_file import load_site
from scenarios.incident import Incident
from scenarios.placed_scenario import PlacedScenario
from scenarios.scenario import Scenario

SCENARIO = Scenario(name="a", seed=1, end_s=1800)


def test_a_scenario_is_placed_on_the_site_that_it_names() -> None:
    run = placed(SCENARIO)
    assert run.place == load_site("sr91")
    assert (run.corridor.name, run.corridor.period_s) == ("sr91", 30.0)


def test_the_corridor_is_read_with_the_scenarios_period() -> None:
    assert placed(SCENARIO.model_copy(update={"period_s": 20.0})).corridor.period_s == 20.0


def test_a_scenario_that_its_place_cannot_play_cannot_be_made() -> None:
    blocked = Incident(onset_s=1000, duration_s=300, position_m=2245, lanes=(4,))
    with pytest.raises(ValueError, match=r"incidents\[0\].lanes: lane 4 does not exist"):
        PlacedScenario(SCENARIO.model_copy(update={"incidents": (blocked,)}), load_site("sr91"))


def test_another_seed_changes_nothing_else() -> None:
    run = placed(SCENARIO)
    other = run.with_seed(2)
    assert other.scenario == SCENARIO.model_copy(update={"seed": 2})
    assert other.place is run.place


def test_a_seed_that_sumo_cannot_take_is_refused() -> None:
    with pytest.raises(ValueError, match="seed: wanted 0 to 2147483647, got 2147483648"):
        placed(SCENARIO).with_seed(2**31)
