"""Checks of the system name what is missing and say how to mend it."""

from detectors.catalogue_entry import Entry
from detectors.plugins import Plugins
from detectors.reference.silent import Silent
from harness.commands.system_checks import check_display, check_extra, check_plugins, check_python, check_system
from scenarios.errors import PluginError


def test_another_system_than_posix_is_wrong() -> None:
    assert check_system("posix").grade == "fine"
    assert check_system("nt").grade == "wrong"


def test_no_display_is_only_a_note() -> None:
    assert check_display({}, "linux").grade == "note"
    assert check_display({"DISPLAY": ":0"}, "linux").grade == "fine"


def test_an_old_python_is_wrong() -> None:
    assert check_python((3, 10)).grade == "wrong"
    assert check_python((3, 13)).grade == "fine"


def test_a_missing_extra_names_its_install_line() -> None:
    finding = check_extra("dask", "distributed", "battery --scheduler", lambda package: None)
    assert (finding.grade, finding.mend) == ("note", "pip install 'laneblock[dask]'")


def test_plug_ins_are_listed_and_broken_ones_with_their_reason() -> None:
    assert check_plugins(Plugins({}, {})) == []
    mine = Entry("mine", "", lambda corridor, file, aim: Silent(corridor))
    fine, broken = check_plugins(Plugins({"mine": mine}, {"bad": PluginError("detector 'bad': no")}))
    assert (fine.grade, fine.found) == ("fine", "mine")
    assert (broken.grade, broken.found) == ("note", "left out: detector 'bad': no")
    assert "laneblock.detectors" in broken.mend
