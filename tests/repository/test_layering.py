"""The rooms of the house: who may import whom, in which order the floors stand, and what every file name must be.

The table of rooms and the floors are those of README.md in each room. A *node* is a sub-folder, or a file that stands
directly in its room: no circle of imports runs through two nodes.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("scenarios", "simulator", "detectors", "harness")
MAY_IMPORT = {
    "scenarios": {"scenarios"},
    "simulator": {"scenarios", "simulator"},
    "detectors": {"detectors", "scenarios.corridor", "scenarios.errors", "scenarios.toml_text", "simulator.frame"},
    "harness": set(ROOMS),
}
FLOORS = ("records", "scoring", "running", "reporting", "studies", "service", "commands")
"""The sub-rooms of `harness` from the ground up: each may import those below it."""
ONLY_IN = {
    "libsumo": {"simulator/sumo/connection.py"},
    "traci": {"simulator/sumo/connection.py"},
    "filterpy": {"detectors/sheu/lane_ekf.py"},
    "sklearn": {"detectors/calibration/scikit_learn.py"},
    "torch": {"detectors/calibration/pytorch.py"},
    "jinja2": {"harness/reporting/html_page.py"},
    "laneblock": {"harness/running/run_pools.py", "harness/entry_points/laneblock_pytest.py"},
}
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def name_of(path: Path) -> str:
    """The dotted name of a module's file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in FILES}


def imported(path: Path) -> set[str]:
    """Modules named in import statements and in importlib.import_module calls."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            names |= {f"{base}.{alias.name}" if f"{base}.{alias.name}" in MODULES else base for alias in node.names}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            names |= {str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)}
    return names


@cache
def imports() -> dict[str, set[str]]:
    """What every module imports. Not read where tests are only collected."""
    return {name: imported(path) for name, path in MODULES.items()}


def node_of(module: str) -> str:
    """The sub-folder a module stands in; the module itself where it stands directly in its room."""
    return module if module.count(".") == 1 else module.rpartition(".")[0]


def crossings() -> Iterator[tuple[str, str]]:
    """Every import from one node to another."""
    for name, names in imports().items():
        for other in names:
            if other in MODULES and "." in other and "." in name and node_of(name) != node_of(other):
                yield node_of(name), node_of(other)


@pytest.mark.parametrize("name", MODULES)
def test_a_room_imports_only_what_it_may(name: str) -> None:
    ours = {other for other in imports()[name] if other.split(".")[0] in ROOMS}
    allowed = MAY_IMPORT[name.split(".")[0]]
    assert {other for other in ours if other not in allowed and other.split(".")[0] not in allowed} == set()


@pytest.mark.parametrize("package", ONLY_IN)
def test_a_guarded_package_is_imported_in_its_one_file(package: str) -> None:
    found = {
        str(MODULES[name].relative_to(ROOT))
        for name, names in imports().items()
        if any(other.split(".")[0] == package for other in names)
    }
    assert found == ONLY_IN[package]


def test_no_circle_runs_through_two_nodes() -> None:
    left: dict[str, set[str]] = {}
    for importer, other in crossings():
        left.setdefault(importer, set()).add(other)
        left.setdefault(other, set())
    # Take away, again and again, what imports nothing that is left; what stays is on a circle, or leads to one.
    while free := {node for node, needs in left.items() if not needs & left.keys()}:
        left = {node: needs for node, needs in left.items() if node not in free}
    assert left == {}


def test_floors_of_the_harness_import_downwards_only() -> None:
    def floor(node: str) -> int:
        return FLOORS.index(node.split(".")[1]) if node.split(".")[1] in FLOORS else len(FLOORS)

    inside = {pair for pair in crossings() if all(node.startswith("harness.") for node in pair)}
    assert {(importer, other) for importer, other in inside if floor(other) > floor(importer)} == set()


def table_of_the_service() -> dict[str, set[str]]:
    """What each room of the live service imports of the others, from the table in its README.md, in the table's order."""
    text = (ROOT / "harness" / "service" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)/` \|[^|]*\|([^|]*)\|$", text, flags=re.MULTILINE)
    return {room: {name.strip() for name in names.split(",")} - {""} for room, names in rows}


def test_the_rooms_of_the_service_import_what_their_table_says() -> None:
    inside = [pair for pair in crossings() if all(node.startswith("harness.service.") for node in pair)]
    found = {room: set[str]() for room in table_of_the_service()}
    for importer, other in inside:
        found.setdefault(importer.split(".")[2], set()).add(other.split(".")[2])
    assert {room: names - {room} for room, names in found.items()} == table_of_the_service()


def test_a_room_of_the_service_imports_only_those_above_it_in_the_table() -> None:
    above: set[str] = set()
    for room, names in table_of_the_service().items():
        assert names <= above, f"{room} imports {', '.join(sorted(names - above))}, which stand below it"
        above.add(room)


def test_no_study_asks_into_another() -> None:
    studies = {pair for pair in crossings() if all(node.startswith("harness.studies.") for node in pair)}
    assert {(importer, other) for importer, other in studies if importer.split(".")[2] != other.split(".")[2]} == set()


@pytest.mark.parametrize("room", ROOMS)
def test_a_file_name_occurs_once_in_a_room(room: str) -> None:
    names = [path.name for path in FILES if path.relative_to(ROOT).parts[0] == room and path.name != "__init__.py"]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_an_init_file_holds_one_line() -> None:
    long = [
        str(path.relative_to(ROOT))
        for path in FILES
        if path.name == "__init__.py" and len(path.read_text(encoding="utf-8").splitlines()) != 1
    ]
    assert long == []
