"""Incidents in one lane: apart in time or place, or one in the queue of the other; all else is refused."""

import pytest

from scenarios.incident import Incident
from scenarios.sight import check_incidents_apart


def blocked(onset_s: float, position_m: float, lane: int = 0) -> Incident:
    return Incident(onset_s=onset_s, duration_s=300, position_m=position_m, lanes=(lane,))


FIRST = blocked(600, 1500)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(blocked(900, 1500), id="after its clearance"),
        pytest.param(blocked(700, 1500, lane=1), id="another lane"),
        pytest.param(blocked(700, 1800), id="300 m downstream"),
        pytest.param(blocked(630, 1450), id="in its queue"),
        pytest.param(blocked(570, 1550), id="it is in the queue of the other"),
    ],
)
def test_these_can_be_played(other: Incident) -> None:
    check_incidents_apart((FIRST, other))
    check_incidents_apart((other, FIRST))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(blocked(700, 1500), id="the same place"),
        pytest.param(blocked(700, 1799), id="downstream: its lane is empty there"),
        pytest.param(blocked(700, 1451), id="too near"),
        pytest.param(blocked(629, 1400), id="too soon"),
        pytest.param(blocked(500, 1400), id="upstream and earlier"),
    ],
)
def test_these_are_refused_whatever_their_order(other: Incident) -> None:
    for pair in ((FIRST, other), (other, FIRST)):
        with pytest.raises(
            ValueError, match=r"incidents\[1\]: it needs a lane that incidents\[0\] blocks at the same time"
        ):
            check_incidents_apart(pair)
