import numpy as np
import pytest

from scenarios.errors import UserError
from scenarios.planting import PlantedIncident
from simulator.frame import LoopFrame
from simulator.planting.draw_incident import Source, plant_drawn
from simulator.planting.loop_series import series_of
from simulator.planting.site_constants import SiteConstants
from simulator.recording.recording_folder import Recording
from tests.simulator.planting.planting_recordings import recording


def source(name: str, minutes: int = 90, congested: bool = False) -> Source:
    made = recording(minutes=minutes)
    if congested:
        frames = tuple(
            LoopFrame(f.time_s, f.count, f.speed * (0.4 if k > 50 else 1), f.occupancy)
            for k, f in enumerate(made.frames)
        )
        made = Recording(made.corridor, frames, None)
    return Source(name, made, series_of(made.frames))


def incident(**given: object) -> PlantedIncident:
    return PlantedIncident.model_validate({"name": "p", "seed": 3, "lanes": (0,), "duration_s": 300.0, **given})


def test_a_drawn_incident_leaves_room_before_and_after_and_keeps_to_its_distance() -> None:
    found = [
        plant_drawn(incident(seed=k, next_station_m=(200.0, 400.0)), [source("a")], SiteConstants()) for k in range(3)
    ]
    for each in found:
        assert 1500 <= each.scene.onset_s <= 5400 - 360
        assert 200 <= each.result.next_station_m <= 400
    assert len({each.scene.position_m for each in found}) == 3


def test_a_draw_from_congested_traffic_is_drawn_again() -> None:
    found = plant_drawn(incident(), [source("bad", 200, congested=True), source("good")], SiteConstants())
    assert found.source.name == "good"
    assert found.draws > 1


def test_where_nothing_is_left_open_the_reason_is_given_at_once() -> None:
    given = incident(onset_s=3000.0, position_m=2500.0)
    with pytest.raises(UserError, match=r"^p: traffic is congested"):
        plant_drawn(given, [source("bad", congested=True)], SiteConstants())


def test_a_short_recording_and_an_unknown_name_are_refused() -> None:
    with pytest.raises(UserError, match="no recording has room for 300 s"):
        plant_drawn(incident(), [source("short", 30)], SiteConstants())
    with pytest.raises(UserError, match="p: no recording 'tuesday', wanted one of a"):
        plant_drawn(incident(recording="tuesday"), [source("a")], SiteConstants())


def test_a_place_is_a_share_of_its_section() -> None:
    found = plant_drawn(incident(section=2, place=0.25, onset_s=2700.0), [source("a")], SiteConstants())
    assert found.scene.position_m == 2250.0
    assert np.isclose(found.result.next_station_m, 750.0)
