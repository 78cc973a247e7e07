"""What is installed is what is imported: the four rooms come from this project, whatever else is on the path."""

import subprocess
import sys
from importlib.metadata import entry_points, requires
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]
ROOMS = ("scenarios", "simulator", "detectors", "harness")


def test_the_four_rooms_are_imported_from_this_project() -> None:
    names = ", ".join(ROOMS)
    code = f"import {names}; print(*(module.__file__ for module in ({names})))"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    found = [Path(text).parent.resolve() for text in done.stdout.split()]
    assert found == [(ROOT / room).resolve() for room in ROOMS]


def test_command_and_pytest_start_laneblock_under_names_that_no_other_package_has() -> None:
    for group, place in (("console_scripts", "laneblock:main"), ("pytest11", "laneblock_pytest")):
        (point,) = entry_points(group=group, name="laneblock")
        assert point.value == place
    code = "import laneblock; print(laneblock.__file__, laneblock.foreign_room())"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str((ROOT / "harness" / "entry_points" / "laneblock.py").resolve())


def test_the_four_sumo_packages_are_pinned_to_one_version() -> None:
    pins = {
        line.split("==")[1]
        for line in requires("laneblock") or []
        if line.startswith(("eclipse-sumo", "libsumo", "traci", "sumolib"))
    }
    assert pins == {"1.28.0"}


def test_data_files_are_part_of_the_rooms() -> None:
    for name in (
        "scenarios/sites/sr91/site.toml",
        "scenarios/batteries/sr91.toml",
        "detectors/sheu/sheu2004.toml",
        "harness/reporting/report.html.j2",
    ):
        assert (ROOT / name).is_file()


def test_the_wheel_holds_the_migrations_of_the_store() -> None:
    packed = {Path(each.distribution_path) for each in WheelBuilder(str(ROOT)).recurse_included_files()}
    versions = (ROOT / "harness" / "service" / "store" / "migrations" / "versions").glob("*.py")
    assert {path.relative_to(ROOT) for path in versions} <= packed
