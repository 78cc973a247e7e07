"""A road cut into short edges, as OpenStreetMap writes roads: an incident does the same to traffic as on one edge."""

import pytest

from benchmarks.cut_roads import PLACE_M, UNCUT, measure

pytestmark = pytest.mark.sumo


def test_an_incident_on_edges_of_60_m_lets_through_what_it_does_on_one_edge() -> None:
    """Of one edge 3200 to 3400 veh/h; of edges whose borders drivers cannot see past, 1700 to 3000 (measured, without moving)."""
    cut, uncut = (measure(edge_m, 1, duration_s=420.0) for edge_m in (60.0, UNCUT))
    assert (cut.position_m, uncut.position_m) == (PLACE_M - 21, PLACE_M)  # 20 m behind a border: moved before it
    assert cut.flow_vph == pytest.approx(uncut.flow_vph, rel=0.08)
    assert cut.delay_veh_h == pytest.approx(uncut.delay_veh_h, rel=0.4)
