"""Networks from plain XML: what netconvert refuses is an error of the machine that quotes it."""

from pathlib import Path

import pytest

from scenarios.errors import MachineError
from simulator.sumo.netconvert import write_network

pytestmark = pytest.mark.sumo

NODES = ['<node id="a" x="0" y="0"/>', '<node id="b" x="100" y="0"/>']


def test_a_network_is_written_with_its_plain_xml_beside_it(tmp_path: Path) -> None:
    write_network(tmp_path / "town.net.xml", {"nodes": NODES, "edges": ['<edge id="ab" from="a" to="b"/>']}, (), "town")
    assert 'id="ab_0"' in (tmp_path / "town.net.xml").read_text(encoding="utf-8")
    assert {path.name for path in tmp_path.iterdir()} == {"town.net.xml", "town.nod.xml", "town.edg.xml"}


def test_an_edge_to_nowhere_is_refused_with_netconverts_words(tmp_path: Path) -> None:
    edges = ['<edge id="ac" from="a" to="c"/>']
    with pytest.raises(MachineError, match=r"refused the network of town; it said: Error: .*'c'"):
        write_network(tmp_path / "town.net.xml", {"nodes": NODES, "edges": edges}, (), "town")
