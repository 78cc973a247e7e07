"""Detectors that a recording leaves blind: by what they need, told with the share of their decisions."""

from dataclasses import replace

import numpy as np

from detectors.shipped_detectors import SHIPPED_DETECTORS
from harness.studies.recording_doubt.detector_sight import blind_shares
from harness.studies.recording_doubt.doubt_findings import doubt_findings
from harness.studies.recording_doubt.doubt_text import doubt_text
from tests.harness.studies.recording_doubt.made_traffic import traffic


def test_a_whole_recording_leaves_none_blind() -> None:
    assert blind_shares(traffic(), SHIPPED_DETECTORS) == ()


def test_counts_alone_leave_station_detectors_blind_and_sequential_without_queues() -> None:
    blank = np.full_like(traffic().speed, np.nan)
    page = doubt_text(doubt_findings("monday", replace(traffic(), speed=blank, occupancy=blank), None))
    assert (
        "california7, california8, apid, delos, snd, ensemble: 100 % of decisions without occupancy, or count and speed"
        in page
    )
    told = "sequential: 100 % of decisions without speed: queues in single lanes, at their heads and from further downstream"
    assert f"{told} are not judged there, the rest is" in " ".join(page.split())


def test_a_dead_station_blinds_the_two_sections_beside_it() -> None:
    values = [array.copy() for array in (traffic().count, traffic().speed, traffic().occupancy)]
    for array in values:
        array[:120, 1] = np.nan
    count, speed, occupancy = values
    found = dict(blind_shares(replace(traffic(), count=count, speed=speed, occupancy=occupancy), SHIPPED_DETECTORS))
    assert {round(share, 4) for share in found.values()} == {0.3333}
