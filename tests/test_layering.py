"""The table of rooms in the architecture: who may import whom, and where SUMO and filterpy may be named."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("scenarios", "simulator", "detectors", "harness")
MAY_IMPORT = {
    "scenarios": {"scenarios"},
    "simulator": {"scenarios", "simulator"},
    "detectors": {"detectors", "scenarios.corridor", "simulator.frame"},
    "harness": set(ROOMS),
}
ONLY_IN = {
    "libsumo": {"simulator/sumo.py"},
    "traci": {"simulator/sumo.py"},
    "filterpy": {"detectors/sheu/lane_ekf.py"},
    "sklearn": {"detectors/mining.py"},
}
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Modules named in import statements and in importlib.import_module calls."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            names |= {str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)}
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_what_it_may(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    ours = {name for name in imported(path) if name.split(".")[0] in ROOMS}
    allowed = MAY_IMPORT[room]
    assert {name for name in ours if name not in allowed and name.split(".")[0] not in allowed} == set()


@pytest.mark.parametrize("package", ONLY_IN)
def test_a_guarded_package_is_imported_in_its_one_file(package: str) -> None:
    found = {
        str(path.relative_to(ROOT)) for path in FILES if any(name.split(".")[0] == package for name in imported(path))
    }
    assert found == ONLY_IN[package]
