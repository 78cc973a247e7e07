"""Anomalies of a run are apart, or an alarm could be of either."""

import pytest

from harness.studies.anomalies.anomalies_apart import check_apart
from scenarios.errors import UserError
from tests.harness.studies.anomalies.made_up_study import run_of, study

SPIKE = {"kind": "spike", "onset_s": 36600, "station": "S2", "lane": 1}
SURGE = {"kind": "surge", "onset_s": 36600, "duration_s": 600, "factor": 1.5}


@pytest.mark.parametrize(
    ("other", "apart"),
    [
        ({"kind": "spike", "onset_s": 37200, "station": "S2", "lane": 0}, False),
        ({"kind": "spike", "onset_s": 37200, "station": "S5", "lane": 0}, True),
        ({"kind": "spike", "onset_s": 37800, "station": "S2", "lane": 0}, True),
        (SURGE | {"onset_s": 37200}, False),
        (SURGE | {"onset_s": 37650}, True),
    ],
)
def test_anomalies_of_which_an_alarm_could_be_of_either_are_refused(other: dict[str, object], apart: bool) -> None:
    made = study(SPIKE, other)
    if apart:
        check_apart(made, run_of(made))
        return
    with pytest.raises(UserError, match=r"run run: spike .* are too near each other"):
        check_apart(made, run_of(made))
