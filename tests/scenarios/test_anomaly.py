"""Kinds of anomaly: each says which fields it has, and refuses others."""

import pytest

from scenarios.anomaly import ANOMALY_KINDS, PlannedAnomaly

FAULT = {"kind": "fault", "onset_s": 60, "duration_s": 600, "station": "S1", "lane": 0, "fault": "stuck"}


def test_each_class_and_each_extent_has_a_kind() -> None:
    assert {kind.anomaly_class for kind in ANOMALY_KINDS.values()} == {"point", "contextual", "collective"}
    assert {kind.extent for kind in ANOMALY_KINDS.values()} == {"local", "corridor", "network"}


def test_only_blocked_lanes_are_incidents() -> None:
    assert [name for name, kind in ANOMALY_KINDS.items() if kind.incident] == ["incident", "closure"]


def test_a_spike_lasts_one_period() -> None:
    spike = PlannedAnomaly.model_validate({"kind": "spike", "onset_s": 60, "station": "S1", "lane": 0})
    assert spike.end_s(30.0) == 90.0
    assert PlannedAnomaly.model_validate(FAULT).end_s(30.0) == 660.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "spikes"}, "did you mean 'spike'"),
        ({"kind": "holiday"}, "holiday = true in"),
        ({"fault": None}, "fault needs it, got none"),
        ({"factor": 2.0}, "fault has no factor; it has onset_s, duration_s, station, lane, fault, magnitude"),
        ({"fault": "stuk"}, "did you mean 'stuck'"),
        ({"onset_s": 1e6}, "less than or equal to 86400"),
    ],
)
def test_a_slip_is_refused_with_what_was_wanted(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PlannedAnomaly.model_validate(FAULT | change)
