"""A road cut into short edges, as OpenStreetMap writes roads: an incident does the same to traffic as on one edge."""

import pytest

from benchmarks.cut_roads import PLACE_M, measure

pytestmark = pytest.mark.sumo


def test_an_incident_on_edges_of_60_m_lets_through_what_it_does_on_one_edge() -> None:
    """Of one edge 3200 to 3400 veh/h; of edges whose borders drivers cannot see past, 1700 to 3000 (measured, without moving).

    `python -m benchmarks.cut_roads` plays the uncut road too, and compares queues and delays.
    """
    cut = measure(60.0, 1, duration_s=300.0)
    assert cut.position_m == PLACE_M - 21  # 20 m behind a border: moved before it
    assert cut.flow_vph == pytest.approx(3300, rel=0.08)
