"""What standing stations are worth: replays that share frames, scores, the order in which to spare."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detectors.catalogue import build
from harness.studies.placement import standing_replays
from harness.studies.placement.placement import EquippedStation, Placement
from harness.studies.placement.spare_stations import SpareStations, find_spare_stations
from harness.studies.placement.spare_tables import notices, order_table, sentences, stations_table
from harness.studies.placement.standing_replays import Watching, alarms_on
from harness.studies.placement.standing_road import StandingRoad, read_standing_road
from harness.studies.placement.standing_score import StandingScore, counted_frames, score_standing
from scenarios.errors import UserError
from simulator.frame import LoopFrame
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import Recording, write_recording
from tests.harness.made_traffic import ROAD, frames_of, free_traffic, with_queue

ONSET_S, CLEARANCE_S = 3600.0, 5400.0
PLACES_M = (1900.0, 3500.0)


def incident(position_m: float) -> RecordedIncident:
    return RecordedIncident(ONSET_S, CLEARANCE_S, position_m, (0,))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day without an incident, and the same day with one at either of two places."""
    where = tmp_path_factory.mktemp("roads")
    count, speed = free_traffic()
    write_recording(where / "day", Recording(ROAD, frames_of(count, speed), ()))
    for number, position_m in enumerate(PLACES_M):
        slowed = with_queue(speed, position_m, ONSET_S, CLEARANCE_S)
        frames = frames_of(count, slowed)
        write_recording(where / f"planted-{number}", Recording(ROAD, frames, (incident(position_m),)))
    return where


def read(*folders: Path) -> StandingRoad:
    return read_standing_road(folders, lambda name, done, of: None)


def every(road: StandingRoad, *gone: int) -> Placement:
    lanes = tuple(range(3))
    return Placement(tuple(EquippedStation(s, lanes) for s in range(len(road.corridor.stations)) if s not in gone))


@pytest.fixture(scope="module")
def road(folders: Path) -> StandingRoad:
    return read(folders)


@pytest.fixture(scope="module")
def found(road: StandingRoad, tmp_path_factory: pytest.TempPathFactory) -> SpareStations:
    watching = Watching("mcmaster", None, tmp_path_factory.mktemp("out"), 1)
    return find_spare_stations(road, watching, 2, lambda line: None)


@pytest.mark.parametrize("detector", ["sequential", "mcmaster"])
def test_a_replay_that_shares_frames_gives_the_alarms_of_one_from_the_first_frame_on(
    tmp_path: Path, detector: str
) -> None:
    count, speed = free_traffic(frames=14)
    changed = count.copy()
    changed[6:9, 2, 0] = 0.0
    write_recording(tmp_path / "day", Recording(ROAD, frames_of(count, speed), ()))
    write_recording(tmp_path / "changed", Recording(ROAD, frames_of(changed, speed), ()))
    road, placement = read(tmp_path / "day", tmp_path / "changed"), every(read(tmp_path / "day"), 3)
    folders = tmp_path
    ((_, alarms),) = alarms_on(road, [placement], Watching(detector, None, tmp_path, 1))
    for number, run in enumerate(road.runs):
        alone = read(folders / run.name).runs[0]
        plain = build(detector, placement.corridor(road.corridor))
        at = [each.station for each in placement.stations]
        steps = [
            plain.step(LoopFrame(float(t), *alone.readings[:, row, at])).alarm for row, t in enumerate(alone.times_s)
        ]
        assert np.array_equal(alarms[number], np.array(steps)[run.share.start : run.share.stop])
    assert [len(each) for each in alarms] == [14, 3]


def test_alarms_in_the_queue_of_a_logged_incident_are_not_false(found: SpareStations) -> None:
    assert found.whole.score.neutral_alarms > 0
    assert found.whole.score.false_alarms == 0


def test_time_that_recordings_share_is_counted_once(found: SpareStations, road: StandingRoad) -> None:
    day_h = len(road.runs[0].times_s) * 30 / 3600 * ROAD.sections
    own_h = sum(run.share.stop - run.share.counted for run in road.runs) * 30 / 3600 * ROAD.sections
    assert day_h < found.whole.score.section_hours < own_h < 1.8 * day_h  # each queue is 72 frames of 240


def test_the_worth_of_a_station_is_the_delay_without_it_less_the_delay_with_all(found: SpareStations) -> None:
    assert found.whole.dr.part == found.whole.dr.whole == 2
    for each in found.worths:
        later = np.subtract(each.without.delay.values, found.whole.delay.values)
        assert each.worth.values == pytest.approx(tuple(later))
    assert [each.station for each in found.worths] == [1, 2, 3, 4]  # the ends stay
    assert max(each.worth.mean for each in found.worths) > 0


def test_the_first_to_spare_is_the_least_missed_and_none_goes_twice(found: SpareStations) -> None:
    (first, left), (second, fewer) = found.order
    assert left.delay.mean == min(each.without.delay.mean for each in found.worths)
    assert first != second
    assert len(fewer.placement.stations) == len(ROAD.stations) - 2
    table = order_table(found)
    assert table is not None
    assert [row[2] for row in table.rows] == ["5", "4"]


def test_the_second_to_spare_is_the_best_of_all_that_are_left(found: SpareStations, road: StandingRoad) -> None:
    (first, _), (second, left) = found.order
    choices = {other: every(road, first, other) for other in range(1, 5) if other != first}
    replayed = dict(alarms_on(road, list(choices.values()), found.watching))
    costs = {}
    for other, placement in choices.items():
        score = score_standing(road, placement, replayed[placement])
        costs[other] = StandingScore(placement, score, found.whole.visible).delay.mean
    assert left.delay.mean == costs[second] == min(costs.values())


def test_an_alarm_that_lasts_into_the_frames_that_count_is_not_raised_again(road: StandingRoad) -> None:
    alarms = np.zeros((240, 1), dtype=np.bool_)
    alarms[100:125] = alarms[130:132] = True
    run = replace(road.runs[1], share=replace(road.runs[1].share, counted=120, stop=140))
    times_s, counted = counted_frames(run, alarms)
    assert (times_s[0], times_s[-1]) == (121 * 30.0, 140 * 30.0)
    assert np.flatnonzero(counted[:, 0]).tolist() == [10, 11]


def test_two_incidents_give_no_interval(found: SpareStations) -> None:
    rows = stations_table(found).rows
    assert all("to" not in str(row[8]) for row in rows)
    assert "2 incidents only: too few" in " ".join(notices(found))


def test_a_replay_is_kept_and_another_reading_makes_it_anew(
    road: StandingRoad, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watching, placement = Watching("snd", None, tmp_path, 1), every(road)
    ((_, first),) = alarms_on(road, [placement], watching)

    def no_pool(jobs: int) -> None:
        raise AssertionError("replayed again")

    monkeypatch.setattr(standing_replays, "process_pool", no_pool)
    ((_, again),) = alarms_on(road, [placement], watching)
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))
    with pytest.raises(AssertionError, match="replayed again"):
        list(alarms_on(replace(road, digest="another"), [placement], watching))


def test_without_a_known_incident_no_rate_worth_or_order_is_given(folders: Path, tmp_path: Path) -> None:
    found = find_spare_stations(read(folders / "day"), Watching("snd", None, tmp_path, 1), 2, lambda line: None)
    assert found.order == ()
    assert order_table(found) is None
    assert "worth, s (95 %)" not in stations_table(found).columns
    assert sentences(found)[0].startswith("No incident is known in these recordings")
    assert "DR" not in " ".join(sentences(found))


def test_where_all_stations_find_nothing_no_station_is_said_to_cost_nothing(found: SpareStations) -> None:
    missed = tuple(replace(each, detected=False) for each in found.whole.score.incident_outcomes)
    whole = replace(found.whole, score=replace(found.whole.score, incident_outcomes=missed))
    said = " ".join(sentences(replace(found, whole=whole)))
    assert "None of them is found with all stations" in said
    assert not any(each in said for each in ("cost nothing", "Worth most", "To spare"))


def test_a_dead_station_and_unknown_incidents_are_told(tmp_path: Path) -> None:
    count, speed = free_traffic(frames=60)
    count[:, 2] = np.nan
    write_recording(tmp_path / "day", Recording(ROAD, frames_of(count, speed), None))
    found = find_spare_stations(read(tmp_path / "day"), Watching("snd", None, tmp_path / "o", 1), 1, lambda line: None)
    told = " ".join(notices(found))
    assert "Station s2 at 1600 m is dead or absent: 0 % of its readings are there" in told
    assert "Nothing is known of incidents in 1 recording (day: no incidents.csv)" in told


def test_recordings_of_different_stations_are_refused_with_the_station(folders: Path, tmp_path: Path) -> None:
    count, speed = free_traffic(frames=4)
    fewer = replace(ROAD, stations=ROAD.stations[:-1])
    frames = tuple(LoopFrame(f.time_s, f.count[:-1], f.speed[:-1], f.occupancy[:-1]) for f in frames_of(count, speed))
    write_recording(tmp_path / "other", Recording(fewer, frames, ()))
    with pytest.raises(UserError, match=r"'s5' at 4000 m with 3 lanes is in .*day, not in .*other"):
        read(folders / "day", tmp_path / "other")
