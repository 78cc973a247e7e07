"""The place that SUMO's window shows, with an interface that only notes its calls."""

from pathlib import Path
from unittest.mock import MagicMock

from simulator.sumo.connection import SIGN_M, VIEW_M, Sumo


def test_the_window_shows_the_incident_where_the_network_draws_it() -> None:
    api = MagicMock()
    api.simulation.convert2D.return_value = (700.0, -40.0)
    api.gui.getIDList.return_value = ("View #0",)
    Sumo(api, (), Path("errors.txt"), in_process=False).show("incident 0", "e7", 310.0)
    api.simulation.convert2D.assert_called_once_with("e7", 310.0)
    assert api.poi.add.call_args.args[:3] == ("incident 0", 700.0, -40.0 - SIGN_M)
    api.gui.setBoundary.assert_called_once_with(
        "View #0", 700.0 - VIEW_M, -40.0 - VIEW_M, 700.0 + VIEW_M, -40.0 + VIEW_M
    )
