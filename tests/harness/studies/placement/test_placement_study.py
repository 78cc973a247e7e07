"""A whole study without SUMO, on a small world: what it finds, says and writes."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from detectors.catalogue import fingerprint
from harness.reporting.csv_rows import csv_rows
from harness.studies.placement.candidate_stations import building_options, evenly_spaced
from harness.studies.placement.dense_runs import DenseRecordings
from harness.studies.placement.judge_placement import Judge, Judges
from harness.studies.placement.placement import EquippedStation, sorted_placement
from harness.studies.placement.placement_files import write_findings
from harness.studies.placement.placement_prose import placement_summary
from harness.studies.placement.placement_rows import difference_rows, found_rows, tried_rows
from harness.studies.placement.placement_study import PlacementFindings, find_placements
from harness.studies.placement.placement_sumo_files import write_sumo
from harness.studies.placement.station_values import placement_result
from scenarios.files.scenario_loading import load_scenario
from tests.harness.page_laws import check_page
from tests.harness.studies.placement.conftest import ROAD, study


def test_the_chosen_placement_has_the_least_delay_of_all_that_were_tried(findings: PlacementFindings) -> None:
    assert findings.chosen.calibration.delay.mean == pytest.approx(min(cost for _, cost in findings.tried))
    assert len(findings.best) == 4
    assert [len(each.placement.stations) for each in findings.best] == [2, 3, 4, 5]


def test_the_test_is_judged_at_the_threshold_of_the_calibration(make: Callable[..., DenseRecordings]) -> None:
    sides = [make([(2100.0, 940.0, 300.0)], 1, seed) for seed in (4, 40)]
    site, _ = building_options(study(), ROAD, sides[0].corridor)
    calibration, test = (Judge(side, "snd") for side in sides)
    placement = sorted_placement(site.fixed)
    found = placement_result(Judges(calibration, test, "calibrated", 50.0, 1.0), "ends", placement, site)
    assert found.calibration.threshold == found.test.threshold == calibration.threshold(placement, 50.0)
    assert found.test.threshold != test.threshold(placement, 50.0)  # the test's own would be another


def test_nothing_is_built_where_nothing_may_be(findings: PlacementFindings) -> None:
    assert len(findings.tried) > 4
    for placement, _ in findings.tried:
        assert not any(3000 <= at_m <= 3600 for at_m in placement.positions_m(findings.dense))


def test_both_sides_are_shown_and_a_station_is_worth_what_its_loss_costs(findings: PlacementFindings) -> None:
    judges, chosen = findings.judges, findings.chosen
    assert len(findings.leave_out) == len(chosen.placement.stations) - 2
    for index, change in enumerate(findings.leave_out, start=1):
        less = chosen.placement.without(index)
        threshold = judges.threshold(less)  # set on the calibration, for both
        one, other = judges.calibration.judge(less, threshold), judges.test.judge(less, threshold)
        assert change.calibration_s == pytest.approx(one.delay.mean - chosen.calibration.delay.mean)
        assert change.test.mean == pytest.approx(other.delay.mean - chosen.test.delay.mean)
    assert findings.one_more is not None
    assert not 3000 <= findings.one_more.at_m <= 3600


def test_evenly_spaced_stations_go_to_the_nearest_place_that_is_free(findings: PlacementFindings) -> None:
    # Five sections of 1000 m; 3000 m is forbidden, and 2500 m as near as any that is not.
    assert evenly_spaced(1000.0, findings.site).positions_m(findings.dense) == (0, 1000, 2000, 2500, 4000, 5000)


def test_tables_hold_every_placement_with_both_sides_and_intervals(findings: PlacementFindings) -> None:
    rows = found_rows(findings)
    assert [row["kind"] for row in rows].count("best") == 4
    assert sum(bool(row["chosen"]) for row in rows) == 1
    for row in rows:
        for side in ("calibration", "test"):
            low, high = row[f"{side}_dr_low"], row[f"{side}_dr_high"]
            assert isinstance(low, float)
            assert isinstance(high, float)
            assert low <= float(str(row[f"{side}_dr"])) <= high
    assert len(tried_rows(findings)) == len(findings.tried)
    table = csv_rows(difference_rows(findings))
    assert all(len(row) == len(table[0]) for row in table)


def test_the_summary_says_the_rule_what_failed_and_both_figures(findings: PlacementFindings) -> None:
    text = placement_summary(findings)
    assert "set for each placement on its calibration runs" in text
    assert "Note: one run failed" in text
    assert f"{findings.chosen.test.delay.mean:.0f}" in text
    assert f"on the calibration {findings.chosen.calibration.delay.mean:.0f} s" in text


@pytest.mark.sumo  # netconvert makes the network of the SUMO files
def test_everything_is_written(findings: PlacementFindings, tmp_path: Path) -> None:
    text = write_findings(tmp_path / "out", findings, "laneblock placement trial")
    out = {path.name for path in (tmp_path / "out").iterdir()}
    assert out == {
        "summary.txt",
        "placement.json",
        "placements.csv",
        "stations.csv",
        "tried.csv",
        "road.png",
        "pareto.png",
        "spacing.png",
        "incident.png",
        "placement.html",
        "sumo",
    }
    assert (tmp_path / "out" / "summary.txt").read_text(encoding="utf-8") == text
    document = json.loads((tmp_path / "out" / "placement.json").read_text(encoding="utf-8"))
    assert document["study"]["detector"] == "mcmaster"
    assert len(document["placements"]) == len(found_rows(findings))
    assert document["fingerprints"] == {"mcmaster": fingerprint("mcmaster", aim=findings.judges.aim)}
    page = (tmp_path / "out" / "placement.html").read_text(encoding="utf-8")
    assert len(check_page(page).sources) == 8, "four pictures, each wide and narrow"
    loops = (tmp_path / "out" / "sumo" / "loops.add.xml").read_text(encoding="utf-8")
    assert loops.count("<inductionLoop") == 2 * len(findings.chosen.placement.stations)


@pytest.mark.sumo
def test_the_scenario_of_a_placement_with_some_lanes_equipped_loads_as_it_is(
    findings: PlacementFindings, tmp_path: Path
) -> None:
    scenario = next(iter(findings.scenarios.values()))
    for lanes in ((0, 1), (1,)):
        placement = sorted_placement(
            (EquippedStation(0, (0, 1)), EquippedStation(4, lanes), EquippedStation(10, (0, 1)))
        )
        write_sumo(tmp_path, placement, findings.dense, ROAD, scenario)
        placed_run = load_scenario(str(tmp_path / "scenario.toml"))
        loaded = placed_run.scenario
        assert [station.lanes for station in placed_run.corridor.stations] == [2, 2, 2]
        assert loaded.network is not None
        assert loaded.network.lanes_without_loops == (len(lanes) < 2)
        assert loaded.incidents[0].position_m == scenario.incidents[0].position_m + ROAD.feeder_m
        assert (tmp_path / "loops.add.xml").read_text(encoding="utf-8").count("<inductionLoop") == 4 + len(lanes)


def test_a_slow_detector_is_tried_on_fewer_placements_and_that_is_said(make: Callable[..., DenseRecordings]) -> None:
    dense = make([(2100.0, 940.0, 300.0)], 1, 4)
    wanted = study(detector="sheu2004", budget={"stations": 3}, failures={"dead_share": 0.0}, curve={})
    site, budget = building_options(wanted, ROAD, dense.corridor)
    few = site.__class__(site.positions_m, site.fixed, site.options[:2], site.apart_m)
    judge = Judge(dense, "sheu2004")
    found = find_placements(
        wanted, ROAD, few, budget, Judges(judge, judge, "shipped", 1.0, 1.0), {}, [], lambda text: None
    )
    assert any("replayed in full" in notice for notice in found.notices)
    assert np.isnan(found.chosen.test.threshold)
    assert found.sturdy is None
    assert "by its own rules" in placement_summary(found)
