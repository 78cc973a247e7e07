"""What cannot be loaded is told before a run, by SUMO in a process of its own."""

from pathlib import Path

import pytest

from scenarios.errors import MachineError, UserError
from scenarios.files.route_file import PlannedVehicles
from simulator.sumo import trial_load
from simulator.sumo.sumo_programs import NOT_DONE
from simulator.sumo.trial_load import try_to_load


def load(folder: Path, monkeypatch: pytest.MonkeyPatch, all_files: tuple[int, str], net_alone: tuple[int, str]) -> None:
    """Try files of which SUMO says this, together and the network alone."""
    net = folder / "road.net.xml"
    net.write_text("<net/>", encoding="utf-8")
    answers = iter((all_files, net_alone))
    monkeypatch.setattr(trial_load, "run_program", lambda name, options, time_limit_s: next(answers))
    try_to_load(["--net-file", str(net)], net, [], PlannedVehicles(299.0))


def test_files_that_load_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(tmp_path, monkeypatch, (0, ""), (0, ""))


def test_a_network_that_crashes_sumo_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crashed = (-11, "nothing, and crashed (SIGSEGV)")
    with pytest.raises(UserError, match=r"road.net.xml: SUMO cannot read this network; it said: nothing"):
        load(tmp_path, monkeypatch, crashed, crashed)


def test_files_that_hang_sumo_cost_the_time_limit_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([(NOT_DONE, "nothing within 30 s")])  # a second try would find none
    monkeypatch.setattr(trial_load, "run_program", lambda name, options, time_limit_s: next(answers))
    net = tmp_path / "road.net.xml"
    net.write_text("<net/>", encoding="utf-8")
    with pytest.raises(UserError, match=r"the files of .network.: SUMO did not finish reading them within 30 s"):
        try_to_load([], net, [], PlannedVehicles(299.0))


def test_other_files_are_told_where_the_network_is_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match=r"the files of .network.: SUMO refused to start: Error: no type 'x'"):
        load(tmp_path, monkeypatch, (1, "Error: no type 'x'"), (0, ""))


@pytest.mark.parametrize(("vehicles", "whole"), [(20_000, True), (20_001, False)])
def test_all_vehicles_are_read_unless_they_are_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vehicles: int, whole: bool
) -> None:
    net = tmp_path / "road.net.xml"
    net.write_text("<net/>", encoding="utf-8")
    given: list[str] = []

    def note(name: str, options: list[str], time_limit_s: float) -> tuple[int, str]:
        given.extend(options)
        return 0, ""

    monkeypatch.setattr(trial_load, "run_program", note)
    try_to_load([], net, [], PlannedVehicles(299.0, in_all=vehicles))
    assert ("--route-steps" in given) is whole


def test_a_sumo_that_does_not_start_is_the_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MachineError, match="SUMO does not start"):
        load(tmp_path, monkeypatch, (127, "libGL.so.1 is missing"), (127, ""))
