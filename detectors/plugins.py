"""Detectors of other packages, found by the entry point group `laneblock.detectors`.

    [project.entry-points."laneblock.detectors"]        in the package's pyproject.toml
    mine = "my_package.mine:Mine"

To the right of `=` stands a callable that takes a `Corridor` and returns a detector (its class, for example), or an `Entry` for
one with parameters, calibration or thresholds. Nothing is imported until a name is used that is not laneblock's own. A
detector that does not load, or whose name is taken, is left out: it stops no command but those that name it.
"""

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from inspect import getdoc
from pathlib import Path

from detectors.catalogue_entry import Entry, refuse_file
from detectors.detector import Detector
from detectors.needs import checked_needs, checked_parts
from detectors.plugin_guard import blaming
from detectors.plugin_notes import may_be_ctrl_c, noted
from detectors.plugin_offers import GROUP, described, packages_of
from scenarios.corridor import Corridor
from scenarios.errors import MachineError, PluginError, UserError, in_one_line

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,60}")


@dataclass(frozen=True, slots=True)
class Plugins:
    """`entries` by name, and `broken`: why a name that a package offers cannot be used."""

    entries: Mapping[str, Entry]
    broken: Mapping[str, PluginError]


@cache
def plugins(taken: frozenset[str]) -> Plugins:
    """Return the detectors of all installed packages; `taken` are the names of laneblock's own."""
    return gather(entry_points(group=GROUP), taken)


def gather(points: Iterable[EntryPoint], taken: frozenset[str]) -> Plugins:
    """Return what `points` offer. What a plug-in does wrong is not raised: it stands in `broken`."""
    found: dict[str, list[EntryPoint]] = {}
    for point in points:
        found.setdefault(point.name, []).append(point)
    entries: dict[str, Entry] = {}
    broken: dict[str, PluginError] = {}
    for name, offers in sorted(found.items()):
        packages = packages_of(offers)
        try:
            with (
                noted(described(name, packages)),
                blaming(name, packages),
            ):  # whatever another package's code does at import
                entries[name] = _load(name, offers, taken)
        except PluginError as error:
            broken[name] = error
        except (UserError, MachineError) as error:
            broken[name] = PluginError(f"{described(name, packages)}: {error}")
            broken[name].__cause__ = error
    return Plugins(entries, broken)


def entry_at(place: str) -> Entry:
    """Return the detector at `module:object`, as an entry point would name it; modules of the working folder count.

    They count last, so that nothing there is imported in the place of what is installed. Raises UserError where there is no
    such module or object, PluginError where its code fails.
    """
    module, sign, thing = place.partition(":")
    if not sign or not module or not thing:
        raise UserError(f"wanted a detector as MODULE:OBJECT, got {place!r}")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    try:
        found = import_module(module)
    except BaseException as error:  # whatever another package's code does at import
        if may_be_ctrl_c(error):
            raise
        if isinstance(error, ModuleNotFoundError) and f"{module}.".startswith(f"{error.name}."):
            above = sys.modules.get((error.name or "").rpartition(".")[0])
            raise UserError(f"{place}: no module {error.name!r}, here or installed{_source(above)}") from None
        raise PluginError(f"{place} does not load: {in_one_line(error)}") from error
    for part in thing.split("."):
        if not hasattr(found, part):
            raise UserError(f"{place}: no {part!r} in {getattr(found, '__name__', found)!r}{_source(found)}")
        found = getattr(found, part)
    return as_entry(thing, found)


def _source(module: object) -> str:
    """Where a module was found, in brackets: it may be another than the one that is meant."""
    file = getattr(module, "__file__", None)
    return f" (found {file})" if file else ""


def as_entry(name: str, offered: object) -> Entry:
    """Return what a package offers under `name` as an entry. Raises UserError."""
    if isinstance(offered, Entry):
        return replace(offered, needs=checked_needs(offered.needs), parts=checked_parts(offered.parts))
    if isinstance(offered, type) and issubclass(offered, Entry):
        raise UserError("wanted an Entry, got the class Entry itself")
    if not callable(offered):
        raise UserError(f"wanted an Entry, or a callable that makes a detector of a corridor, got {offered!r}")
    summary = (getdoc(offered) or name).strip().splitlines()[0].rstrip(".")
    module, needs = getattr(offered, "__module__", None) or "", checked_needs(getattr(offered, "needs", ()))
    parts = checked_parts(getattr(offered, "parts", ()))
    return Entry(name, summary, _of_corridor(name, offered), module=module, needs=needs, parts=parts)


def _load(name: str, offers: list[EntryPoint], taken: frozenset[str]) -> Entry:
    if not _NAME.fullmatch(name):
        raise UserError("its name becomes part of files' names: wanted letters, digits, '-', '_' and '.'")
    if name in taken:
        raise UserError("the name is that of a detector of laneblock's own; call it otherwise")
    if len(offers) > 1:
        raise UserError(f"the name is offered {len(offers)} times; uninstall all but one, or rename one")
    entry = as_entry(name, offers[0].load())
    if entry.name != name:
        raise UserError(f"its Entry is called {entry.name!r}; entry point and Entry need the same name")
    return replace(entry, module=offers[0].module)


def _of_corridor(name: str, make: Callable[..., object]) -> Callable[[Corridor, Path | None, float], Detector]:
    def build(corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
        refuse_file(name, parameters)
        made = make(corridor)
        if not callable(getattr(made, "step", None)):
            raise TypeError(f"wanted an object with a method step(frame), got {made!r}")
        return made  # type: ignore[return-value]  # its method step is all that can be checked here

    return build
