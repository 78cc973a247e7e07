"""Truth of anomalies: window, sections and disturbed time of each kind, by hand."""

from math import nan

import numpy as np

from harness.studies.anomalies.anomaly_truth import Anomaly, anomalies_of
from simulator.frame import Flags
from simulator.truth import Carrying, Truth
from tests.harness.studies.anomalies.made_up_study import NOTHING, incident, run_of, study, times_s

PASSAGE_S = (3000 + 2575) / 29.06
SPIKE = {"kind": "spike", "onset_s": 36600, "station": "S2", "lane": 1}
SURGE = {"kind": "surge", "onset_s": 36600, "duration_s": 600, "factor": 1.5}
INCIDENT = {"kind": "incident", "onset_s": 36600, "duration_s": 600, "section": 2, "place": 0.8, "lanes": (0,)}


def only(*planned: dict[str, object], truth: Truth = NOTHING, holiday: bool = False) -> Anomaly:
    made = study(*planned, holiday=holiday)
    run = run_of(made)
    (found,) = anomalies_of(made, run, times_s(run), truth)
    return found


def span(flags: Flags, section: int, times: np.ndarray) -> tuple[float, float]:
    """First and last frame with a flag in a section; NaN where there is none."""
    frames = np.flatnonzero(flags[:, section])
    return (float(times[frames[0]]), float(times[frames[-1]])) if frames.size else (nan, nan)


TIMES = np.arange(510, 4081, 30.0)


def test_a_spikes_window_is_its_frame_and_a_minute_in_the_sections_its_station_bounds() -> None:
    spike = only(SPIKE)
    assert spike.sections == (0, 1)
    assert span(spike.window, 0, TIMES) == span(spike.window, 1, TIMES) == (1110, 1170)
    assert not spike.window[:, 2:].any()
    assert spike.earliest_s == 1110


def test_a_loops_disturbance_reaches_a_section_further_and_lasts_for_the_recovery() -> None:
    spike = only(SPIKE)
    assert span(spike.disturbed, 2, TIMES) == (1110, 1170 + 900)
    assert not spike.disturbed[:, 3].any()


def test_a_surges_window_is_all_sections_until_its_last_vehicle_can_have_left() -> None:
    surge = only(SURGE)
    assert surge.sections == (0, 1, 2, 3)
    assert span(surge.window, 3, TIMES) == (1110, np.floor((1680 + PASSAGE_S) / 30) * 30)
    assert surge.disturbed[TIMES > 1080][:30].all()


def test_an_incidents_window_is_as_observed_in_its_section() -> None:
    found = only(INCIDENT, truth=Truth((incident(2, 1095.0, 1700.0),), (), (), (), 0, 0))
    assert span(found.window, 2, TIMES) == (1110, 1740)
    assert not found.window[:, (0, 1, 3)].any()
    assert (found.onset_s, found.earliest_s) == (1095.0, 1135.0)


def test_the_next_section_upstream_counts_while_the_queue_is_there() -> None:
    carrying = (Carrying(2, 1320.0, 1500.0), Carrying(1, 1400.0, 1600.0))
    found = only(INCIDENT, truth=Truth((incident(2, 1095.0, 1700.0),), carrying, (), (), 0, 0))
    assert span(found.window, 1, TIMES) == (1350, 1500)
    assert not found.window[:, 0].any()


def test_a_station_that_carries_to_the_clearance_lets_the_section_upstream_count_as_long_as_the_own_one() -> None:
    found = only(INCIDENT, truth=Truth((incident(2, 1095.0, 1700.0),), (Carrying(2, 1320.0, 1710.0),), (), (), 0, 0))
    assert span(found.window, 1, TIMES) == (1350, 1740)
    assert span(found.window, 2, TIMES) == (1110, 1740)


def test_an_incident_without_impact_is_not_counted() -> None:
    assert not only(INCIDENT, truth=Truth((incident(2, 1095.0, 1700.0, False),), (), (), (), 0, 0)).counted


def test_a_holiday_is_one_anomaly_per_span_of_unlike_demand_and_nothing_of_it_is_normal() -> None:
    holiday = only(holiday=True)
    assert (holiday.kind, holiday.sections, holiday.onset_s) == ("holiday", (0, 1, 2, 3), 480)
    assert holiday.window.all()
    assert holiday.disturbed.all()
