from functools import cache
from pathlib import Path

import numpy as np
import pytest

from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.frame import LoopFrame
from simulator.planting.plant_incident import PlantedRecording, plant
from simulator.planting.scene import Scene
from simulator.planting.site_constants import SiteConstants
from simulator.recording.recording_folder import Recording, read_recording, write_recording
from simulator.recording.truth_checks import check_truth
from simulator.recording.truth_files import read_truth, write_truth
from tests.simulator.planting.planting_recordings import PERIOD_S, recording, road

SITE = SiteConstants(capacity_vphpl=1900.0)
SCENE = Scene(2710.0, 3610.0, 3300.0, (0, 1))


@cache
def planted(scene: Scene = SCENE, vphpl: float = 1200.0, seed: int = 3) -> tuple[Recording, PlantedRecording]:
    original = recording(vphpl)
    return original, plant(original, scene, SITE, np.random.default_rng(seed))


def equal(one: LoopFrame, other: LoopFrame) -> bool:
    return all(
        np.array_equal(getattr(one, n), getattr(other, n), equal_nan=True) for n in ("count", "speed", "occupancy")
    )


def test_frames_that_end_by_the_onset_are_the_original_ones() -> None:
    original, result = planted()
    before = [k for k, frame in enumerate(original.frames) if frame.time_s <= SCENE.onset_s]
    assert len(before) == 90
    assert all(result.recording.frames[k] is original.frames[k] for k in before)
    assert not all(map(equal, result.recording.frames, original.frames))


def test_the_blocked_lanes_are_nearly_empty_downstream_and_slow_upstream() -> None:
    original, result = planted()
    during = [k for k, f in enumerate(original.frames) if SCENE.onset_s + 300 < f.time_s <= SCENE.clearance_s]
    down = np.mean([result.recording.frames[k].count[4] for k in during], axis=0)
    usual = np.mean([original.frames[k].count[4] for k in during], axis=0)
    assert (down[:2] < 0.6 * usual[:2]).all()
    up_mps = np.nanmean([result.recording.frames[k].speed[3] for k in during])
    assert up_mps < 10.0


def test_vehicles_lost_during_the_incident_are_the_queue() -> None:
    """Counts past the scene fall short by what stands upstream of it at clearance, within the noise of Poisson counts."""
    original, result = planted()
    during = [k for k, f in enumerate(original.frames) if SCENE.onset_s < f.time_s <= SCENE.clearance_s]
    missing = sum(original.frames[k].count[4].sum() - result.recording.frames[k].count[4].sum() for k in during)
    demand = sum(original.frames[k].count[4].sum() for k in during)
    open_veh = (SCENE.clearance_s - SCENE.onset_s) * 0.64 * SITE.capacity_vps
    assert missing == pytest.approx(demand - open_veh, abs=4 * np.sqrt(demand))


def test_what_is_not_known_stays_so() -> None:
    original = recording()
    frames = [LoopFrame(f.time_s, f.count, f.speed, np.full_like(f.count, np.nan)) for f in original.frames]
    hole = np.array(frames[100].count)
    hole[4, 0] = np.nan
    frames[100] = LoopFrame(frames[100].time_s, hole, frames[100].speed, frames[100].occupancy)
    result = plant(Recording(original.corridor, tuple(frames), None), SCENE, SITE, np.random.default_rng(1))
    assert all(np.isnan(frame.occupancy).all() for frame in result.recording.frames)
    assert np.isnan(result.recording.frames[100].count[4, 0])


def test_an_empty_loop_has_no_speed_and_a_count_has_one() -> None:
    _, result = planted()
    for frame in result.recording.frames:
        assert np.array_equal(np.isnan(frame.speed), frame.count == 0)


def test_equal_seeds_give_equal_frames() -> None:
    frames = [planted(seed=seed)[1].recording.frames for seed in (3, 3, 4)]
    assert all(map(equal, frames[0], frames[1]))
    assert not all(map(equal, frames[0], frames[2]))


def test_truth_fits_the_recording_and_reads_back(tmp_path: Path) -> None:
    _, result = planted()
    check_truth(result.truth, result.recording.corridor)
    write_recording(tmp_path, result.recording)
    write_truth(tmp_path, result.truth)
    again, truth = read_recording(tmp_path), read_truth(tmp_path)
    assert all(map(equal, again.frames, result.recording.frames))
    assert (truth.incidents, truth.carrying) == (result.truth.incidents, result.truth.carrying)
    assert again.incidents == result.recording.incidents
    (incident,) = truth.incidents
    assert incident.impact
    assert incident.section == 3
    assert 0 < incident.floor_s <= 120
    assert incident.queue_max_veh > 50


def test_the_queue_carries_over_upstream_stations_and_the_rest_is_not_scored_after_clearance() -> None:
    original, result = planted()
    spans = [span for span in result.truth.carrying if span.station == 3 and span.from_s < SCENE.clearance_s]
    assert spans
    late = [s for s in result.truth.carrying if s.from_s == SCENE.clearance_s + 60]
    assert {span.station for span in late} == set(range(6))
    changed = [a.time_s for a, b in zip(result.recording.frames, original.frames, strict=True) if not equal(a, b)]
    assert max(changed) == late[0].to_s


@pytest.mark.parametrize(("past_m", "empties"), [(20.0, True), (100.0, False)])
def test_a_station_just_upstream_carries_the_incident_from_its_first_frame_on(past_m: float, empties: bool) -> None:
    scene = Scene(2710.0, 3310.0, road().stations[3].position_m + past_m, (0,))
    original, result = planted(scene, vphpl=800.0)
    first = next(frame.time_s for frame in original.frames if frame.time_s > scene.onset_s)
    carried = any(span.station == 3 and span.from_s < first <= span.to_s for span in result.truth.carrying)
    assert carried == empties


def test_thin_traffic_and_a_queue_past_the_first_station_are_called_weak() -> None:
    _, thin = planted(Scene(2710.0, 3310.0, 3300.0, (0,)), vphpl=800.0)
    assert "one lane blocked at" in thin.weak[0]
    _, long = planted(Scene(2710.0, 3310.0, 300.0, (0, 1)), vphpl=1200.0)
    assert any("first station" in why for why in long.weak)
    _, plain = planted()
    assert plain.weak == ()


def test_congested_traffic_is_refused() -> None:
    original = recording()
    frames = list(original.frames)
    for k in range(80, 120):
        slow = np.array(frames[k].speed)
        slow[2] *= 0.4
        frames[k] = LoopFrame(frames[k].time_s, frames[k].count, slow, frames[k].occupancy)
    with pytest.raises(UserError, match=r"congested at station 's2' when the incident would be there: .*wanted 75%"):
        plant(Recording(original.corridor, tuple(frames), None), SCENE, SITE, np.random.default_rng(1))


def test_dead_loops_beside_the_scene_are_refused_and_further_away_end_the_stretch() -> None:
    original = recording()
    for station, refused in ((4, True), (1, False)):
        frames = []
        for frame in original.frames:
            count = np.array(frame.count)
            count[station, 1] = 0
            speed = np.where(count == 0, np.nan, frame.speed)
            frames.append(LoopFrame(frame.time_s, count, speed, np.where(count == 0, 0, frame.occupancy)))
        dead = Recording(original.corridor, tuple(frames), None)
        if refused:
            with pytest.raises(UserError, match="loops of station 's4' beside it are dead"):
                plant(dead, SCENE, SITE, np.random.default_rng(1))
        else:
            result = plant(dead, SCENE, SITE, np.random.default_rng(1))
            assert all(
                np.array_equal(a.count[:2], b.count[:2]) for a, b in zip(result.recording.frames, frames, strict=True)
            )


def test_unequal_lanes_beside_the_scene_are_refused() -> None:
    stations = tuple(Station(f"s{k}", k * 1000.0, 3 if k < 4 else 2) for k in range(6))
    corridor = Corridor("road", PERIOD_S, stations)
    frames = []
    for frame in recording().frames:
        arrays = [np.array(getattr(frame, n)) for n in ("count", "speed", "occupancy")]
        for array in arrays:
            array[4:, 2] = np.nan
        frames.append(LoopFrame(frame.time_s, *arrays))
    with pytest.raises(UserError, match="wanted the same lanes at the stations around it, got 3 and 2"):
        plant(Recording(corridor, tuple(frames), None), SCENE, SITE, np.random.default_rng(1))


@pytest.mark.parametrize(
    ("scene", "message"),
    [
        (Scene(600.0, 1500.0, 3300.0, (0,)), "wanted 25 min of recording before it"),
        (Scene(5000.0, 5900.0, 3300.0, (0,)), "and all until its clearance"),
        (Scene(2710.0, 3610.0, 3300.0, (3,)), "lanes: wanted different ones of 0 to 2"),
        (Scene(2710.0, 3610.0, 3300.0, (0, 1, 2)), "all 3 lanes are blocked"),
        (Scene(2710.0, 3610.0, 9300.0, (0,)), "sections reach from 0 to 5000 m"),
        (Scene(1810.0, 5200.0, 200.0, (0, 1)), "the queue would grow to more than"),
    ],
)
def test_what_cannot_be_planted_is_refused(scene: Scene, message: str) -> None:
    with pytest.raises(UserError, match=message):
        plant(recording(1500.0), scene, SITE, np.random.default_rng(1))


def test_a_gap_in_the_recording_is_refused() -> None:
    original = recording()
    frames = (*original.frames[:80], *original.frames[85:])
    with pytest.raises(UserError, match="frames are missing"):
        plant(Recording(road(), frames, None), SCENE, SITE, np.random.default_rng(1))
