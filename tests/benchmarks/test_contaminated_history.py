"""A history of days with unlogged incidents: the wanted share, real readings on the day's clock, at the hour of their flow."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.contaminated_history import contaminated, flow_of, under_incident
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.recording.recording_folder import Recording
from tests.benchmarks.made_recordings import made_day, made_incident

DAYS = [made_day(1), made_day(2)]
INCIDENTS = [made_incident(seed) for seed in range(10, 40)]


def history(share: float, seed: int = 1):  # type: ignore[no-untyped-def]
    return contaminated(DAYS, INCIDENTS, share, np.random.default_rng(seed))


@pytest.mark.parametrize(("share", "incidents"), [(0.0, 0), (0.01, 3), (0.05, 14)])
def test_the_share_is_as_near_as_whole_incidents_come(share: float, incidents: int) -> None:
    found = history(share)
    assert found.incidents == incidents
    assert found.share == pytest.approx(incidents * 10 / 2880)
    assert found.section_share == pytest.approx(found.share / 3)


def test_without_incidents_the_days_are_as_recorded() -> None:
    found = history(0.0)
    assert [day.frames for day in found.days] == [day.frames for day in DAYS]


def test_nothing_is_said_of_incidents_and_the_clock_is_the_days() -> None:
    found = history(0.05)
    for day, recorded in zip(found.days, DAYS, strict=True):
        assert day.incidents is None
        assert [each.time_s for each in day.frames] == [each.time_s for each in recorded.frames]


def test_every_frame_is_the_days_or_an_incident_recordings() -> None:
    found = history(0.05)
    put_in = {frame.speed.tobytes() for recording in INCIDENTS for frame in recording.frames}
    read = [frame.speed.tobytes() for day in found.days for frame in day.frames]
    assert len(set(read)) == len(read), "no frame stands twice"
    assert sum(each in put_in for each in read) == 14 * 30
    assert set(read) <= put_in | {frame.speed.tobytes() for day in DAYS for frame in day.frames}


def test_a_control_has_the_frames_before_the_incidents_alone_at_the_same_places() -> None:
    full = history(0.05)
    control = contaminated(DAYS, INCIDENTS, 0.05, np.random.default_rng(1), control=True)
    assert (control.incidents, control.share) == (0, 0.0)
    own = {frame.speed.tobytes() for day in DAYS for frame in day.frames}
    for with_them, without in zip(full.days, control.days, strict=True):
        pairs = list(zip(with_them.frames, without.frames, strict=True))
        put_in = np.array([frame.speed.tobytes() not in own for frame, _ in pairs])
        before = np.array([frame.speed.tobytes() not in own for _, frame in pairs])
        assert before.sum() * 3 == put_in.sum()
        assert not (before & ~put_in).any()


def test_an_incident_stands_where_the_day_has_its_flow() -> None:
    found = contaminated(DAYS[:1], [made_incident(5, level=19.0)], 0.007, np.random.default_rng(1))
    changed = np.flatnonzero([a is not b for a, b in zip(found.days[0].frames, DAYS[0].frames, strict=True)])
    assert len(changed) == 30
    before = flow_of(DAYS[0].frames)[changed[:10]]
    assert abs(float(before.mean()) - 19.0) < 1.0


def test_the_same_seed_gives_the_same_history_and_another_another() -> None:
    def counts(seed: int) -> np.ndarray:
        return np.concatenate([flow_of(day.frames) for day in history(0.01, seed).days])

    np.testing.assert_array_equal(counts(1), counts(1))
    assert not np.array_equal(counts(1), counts(2))


def test_frames_under_an_incident_are_those_after_onset_up_to_clearance() -> None:
    assert np.flatnonzero(under_incident(INCIDENTS[0])).tolist() == list(range(10, 20))


def test_too_few_recordings_are_refused_with_what_they_give() -> None:
    with pytest.raises(UserError, match=r"1 recordings with an incident give 0.3 % of 2880 frames, wanted 5.0 %"):
        contaminated(DAYS, INCIDENTS[:1], 0.05, np.random.default_rng(1))


def test_a_recording_of_another_corridor_is_refused() -> None:
    other = replace(INCIDENTS[0], corridor=Corridor("other", 60.0, INCIDENTS[0].corridor.stations))
    with pytest.raises(UserError, match=r"wanted recordings of 'made', got one of 'other'"):
        contaminated(DAYS, [other], 0.01, np.random.default_rng(1))


def test_a_recording_without_an_incident_is_refused() -> None:
    free = Recording(INCIDENTS[0].corridor, INCIDENTS[0].frames, ())
    with pytest.raises(UserError, match="wanted recordings with a known incident, got one without"):
        contaminated(DAYS, [free], 0.01, np.random.default_rng(1))


def test_a_percentage_is_refused() -> None:
    with pytest.raises(UserError, match=r"got 5 \(is it a percentage\?\)"):
        history(5)
