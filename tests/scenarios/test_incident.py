"""Rain over time: its share at a time of entry."""

import pytest

from scenarios.errors import UserError
from scenarios.files.site_file import load_site
from scenarios.incident import Rain
from scenarios.placed_scenario import PlacedScenario
from scenarios.scenario import Scenario


@pytest.mark.parametrize(("time_s", "share"), [(99, 0.0), (100, 0.0), (150, 0.25), (300, 1.0), (499, 1.0), (500, 0.0)])
def test_rain_grows_over_its_ramp_and_ends(time_s: float, share: float) -> None:
    assert Rain(onset_s=100, duration_s=400, ramp_s=200).share_at(time_s) == share


def test_rain_without_times_is_the_same_for_all_who_enter() -> None:
    assert Rain().all_run
    assert Rain().share_at(0) == Rain().share_at(1e5) == 1.0
    assert not Rain(onset_s=1).all_run
    assert not Rain(ramp_s=1).all_run


def test_rain_after_the_end_is_refused() -> None:
    with pytest.raises(UserError, match=r"rain.onset_s: wanted a time before end_s 1200, got 1200"):
        PlacedScenario(Scenario(name="a", seed=1, end_s=1200, rain=Rain(onset_s=1200)), load_site("sr91"))
