"""Detectors of other packages: what is taken, and that nothing they do wrong stops anything else."""

import sys
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest

from detectors import plugins as plugins_module
from detectors.catalogue import DETECTORS, Catalogue, build
from detectors.catalogue_entry import Entry
from detectors.contract_traffic import CORRIDOR, traffic
from detectors.fingerprints import plugin_code_digest
from detectors.needs import PartNeeds
from detectors.plugin_offers import GROUP
from detectors.plugins import as_entry, entry_at, gather
from detectors.reference.silent import Silent
from scenarios.errors import PluginError, UserError


def point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name=name, value=value, group=GROUP)


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module `theirs` with what packages may offer."""
    made = ModuleType("theirs")
    made.Quiet = type("Quiet", (Silent,), {"__doc__": "Says nothing at all.\n\nEver."})  # type: ignore[attr-defined]
    made.entry = Entry("whole", "all of it", lambda corridor, file, aim: Silent(corridor))  # type: ignore[attr-defined]
    made.Breaks = type("Breaks", (Silent,), {"step": lambda self, frame: frame.lane})  # type: ignore[attr-defined]
    made.number = 5  # type: ignore[attr-defined]
    made.nothing = lambda corridor: None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "theirs", made)
    return made


@pytest.mark.usefixtures("module")
def test_a_class_becomes_an_entry_with_its_first_line_for_a_summary() -> None:
    found = gather([point("quiet", "theirs:Quiet")], frozenset())
    assert found.entries["quiet"].summary == "Says nothing at all"
    assert isinstance(found.entries["quiet"].build(CORRIDOR, None, 1.0), Silent)
    assert not found.broken


@pytest.mark.usefixtures("module")
def test_a_class_says_what_it_needs_by_an_attribute(module: ModuleType) -> None:
    assert as_entry("quiet", module.Quiet).needed() == ()
    module.Quiet.needs = ({"occupancy"}, {"count", "speed"})
    assert as_entry("quiet", module.Quiet).needed() == (frozenset({"occupancy"}), frozenset({"count", "speed"}))


@pytest.mark.usefixtures("module")
def test_a_class_says_by_an_attribute_which_parts_need_more(module: ModuleType) -> None:
    module.Quiet.parts = (PartNeeds("queues", (frozenset({"speed"}),)),)
    assert as_entry("quiet", module.Quiet).parts == module.Quiet.parts
    assert as_entry("quiet", replace(module.entry, parts=module.Quiet.parts)).parts == module.Quiet.parts


def test_needs_that_are_none_break_the_plug_in_that_states_them(module: ModuleType) -> None:
    setattr(module, "entry", replace(module.entry, needs=("density",)))  # noqa: B010
    assert "wanted needs such as" in str(gather([point("whole", "theirs:entry")], frozenset()).broken["whole"])


@pytest.mark.usefixtures("module")
def test_a_class_takes_no_parameter_file() -> None:
    quiet = gather([point("quiet", "theirs:Quiet")], frozenset()).entries["quiet"]
    with pytest.raises(ValueError, match="'quiet' takes no parameter file"):
        quiet.build(CORRIDOR, Path("some.toml"), 1.0)


def test_an_entry_is_taken_as_it_is_with_the_module_it_comes_from(module: ModuleType) -> None:
    taken = gather([point("whole", "theirs:entry")], frozenset()).entries["whole"]
    assert taken == replace(module.entry, module="theirs")


@pytest.mark.usefixtures("module")
@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([point("gone", "nowhere_at_all:X")], "ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ([point("lost", "theirs:Missing")], "AttributeError"),
        ([point("five", "theirs:number")], "wanted an Entry, or a callable .* got 5"),
        ([point("another", "theirs:entry")], "its Entry is called 'whole'"),
        ([point("silent", "theirs:Quiet")], "the name is that of a detector of laneblock's own"),
        ([point("../up", "theirs:Quiet")], "becomes part of files' names"),
        ([point("twice", "theirs:Quiet"), point("twice", "theirs:entry")], "offered 2 times"),
    ],
)
def test_what_cannot_be_used_is_told_of_and_stops_nothing_else(points: list[EntryPoint], words: str) -> None:
    found = gather([point("quiet", "theirs:Quiet"), *points], frozenset({"silent"}))
    assert list(found.entries) == ["quiet"]
    (error,) = found.broken.values()
    reason = str(error)
    assert reason.startswith(f"detector {points[0].name!r} of the package ")
    with pytest.raises(AssertionError, match=words):
        raise AssertionError(reason)


@pytest.mark.usefixtures("module")
def test_what_is_made_must_be_able_to_step() -> None:
    nothing = gather([point("nothing", "theirs:nothing")], frozenset()).entries["nothing"]
    with pytest.raises(TypeError, match=r"wanted an object with a method step\(frame\), got None"):
        nothing.build(CORRIDOR, None, 1.0)


@pytest.mark.usefixtures("module")
def test_the_catalogue_holds_them_after_its_own_and_says_what_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    offered = [
        *(point("quiet", "theirs:Quiet"), point("breaks", "theirs:Breaks")),
        *(point("five", "theirs:number"), point("silent", "theirs:Quiet")),
    ]
    monkeypatch.setattr(plugins_module, "entry_points", lambda group: offered if group == GROUP else [])
    plugins_module.plugins.cache_clear()
    try:
        catalogue = Catalogue({"silent": DETECTORS["silent"]})
        assert list(catalogue) == ["silent", "breaks", "quiet"]
        assert len(catalogue) == 3
        assert catalogue["silent"] is DETECTORS["silent"]
        assert set(catalogue.plugins.broken) == {"five", "silent"}
        monkeypatch.setattr("detectors.catalogue.DETECTORS", catalogue)
        assert build("quiet", CORRIDOR).step(traffic()[0]).alarm.shape == (CORRIDOR.sections,)
        with pytest.raises(
            PluginError, match=r"detector 'breaks' of the package theirs failed: AttributeError: .* no attribute"
        ):
            build("breaks", CORRIDOR).step(traffic()[0])
        with pytest.raises(PluginError, match="detector 'five' of the package theirs:number: wanted an Entry"):
            build("five", CORRIDOR)
    finally:
        plugins_module.plugins.cache_clear()


def test_one_s_own_name_is_found_without_looking_for_other_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(group: str) -> list[EntryPoint]:
        raise AssertionError("entry points were looked up")

    monkeypatch.setattr(plugins_module, "entry_points", never)
    plugins_module.plugins.cache_clear()
    build("silent", CORRIDOR)


def test_a_place_is_a_module_and_an_object_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_own_detector.py").write_text(
        "from detectors.reference.silent import Silent\nclass Mine(Silent):\n    'Mine.'\n", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert entry_at("my_own_detector:Mine").name == "Mine"
    with pytest.raises(ValueError, match="my_own_detector:Your: no 'Your' in 'my_own_detector'"):
        entry_at("my_own_detector:Your")
    with pytest.raises(ValueError, match="wanted a detector as MODULE:OBJECT, got 'my_own_detector:'"):
        entry_at("my_own_detector:")
    sys.modules.pop("my_own_detector")
    with pytest.raises(UserError, match="no module 'my_own_detektor', here or installed"):
        entry_at("my_own_detektor:Mine")


def test_a_place_in_the_working_folder_counts_after_what_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("colorsys.py", "stringprep.py"):  # of the standard library, not imported yet
        (tmp_path / name).write_text("raise ImportError('the stray one')", encoding="utf-8")
    (tmp_path / "module_beside_strays.py").write_text("import stringprep\nMine = print\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    with pytest.raises(UserError, match=r"colorsys:Mine: no 'Mine' in 'colorsys' \(found /.*/colorsys\.py\)"):
        entry_at("colorsys:Mine")
    assert entry_at("module_beside_strays:Mine").name == "Mine"
    with pytest.raises(UserError, match=r"no module 'detectors\.mine', here or installed \(found .*__init__\.py\)"):
        entry_at("detectors.mine:Mine")


def test_a_place_whose_code_fails_is_that_code_s_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_broken_detector.py").write_text("import no_such_library", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    with pytest.raises(
        PluginError, match="my_broken_detector:Mine does not load: ModuleNotFoundError: No module named"
    ):
        entry_at("my_broken_detector:Mine")


def test_an_entry_s_class_is_none() -> None:
    with pytest.raises(ValueError, match="got the class Entry itself"):
        as_entry("e", Entry)


def test_code_s_digest_changes_with_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "theirs_too"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    made = ModuleType("theirs_too")
    made.__file__ = str(package / "__init__.py")
    monkeypatch.setitem(sys.modules, "theirs_too", made)
    before = plugin_code_digest("theirs_too.deep.down")
    assert before == plugin_code_digest("theirs_too")
    (package / "limits.toml").write_text("a = 1\n", encoding="utf-8")
    assert plugin_code_digest("theirs_too") != before
    assert plugin_code_digest("not_loaded_at_all") == b""
