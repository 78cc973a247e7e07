"""Every detector by its name: those that come with laneblock (`detectors.shipped_detectors`), then those of other packages."""

from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path

from detectors.calibration.aims import AIMS
from detectors.catalogue_entry import Entry, unknown_detector
from detectors.detector import Detector
from detectors.ensemble.ensemble_entry import ensemble_entry
from detectors.ensemble.member_source import MemberSource
from detectors.plugin_guard import build_guarded
from detectors.plugin_offers import offered
from detectors.plugins import Plugins, plugins
from detectors.shipped_detectors import SHIPPED_DETECTORS
from scenarios.corridor import Corridor
from scenarios.errors import UserError

__all__ = ["AIMS", "DEFAULT_AIM", "DETECTORS", "Catalogue", "Entry", "build", "fingerprint", "member_source"]

DEFAULT_AIM = 1.0  # false alarms per corridor-day


class Catalogue(MutableMapping[str, Entry]):
    """The project's own detectors, then those of other packages, which are loaded on first use."""

    def __init__(self, own: Mapping[str, Entry]) -> None:
        self._own = dict(own)
        self._taken = frozenset(own)

    @property
    def own(self) -> frozenset[str]:
        """The names of the project's own detectors."""
        return self._taken

    @property
    def plugins(self) -> Plugins:
        """The detectors of other packages, and those of them that do not load."""
        return plugins(self._taken)

    def package(self, name: str) -> str | None:
        """The package a detector comes from; None for those of the project, and those set here."""
        if name in self._own:
            return None
        return offered().get(name) or self.plugins.entries[name].module.partition(".")[0] or name

    def __getitem__(self, name: str) -> Entry:
        return self._own[name] if name in self._own else self.plugins.entries[name]

    def __setitem__(self, name: str, entry: Entry) -> None:
        self._own[name] = entry

    def __delitem__(self, name: str) -> None:
        del self._own[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._own
        yield from (name for name in self.plugins.entries if name not in self._own)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def member_source() -> MemberSource:
    """Return this catalogue as the ensemble sees it, which is one of its detectors and has others as members."""
    return MemberSource(_entry, build, fingerprint)


DETECTORS = Catalogue({entry.name: entry for entry in (*SHIPPED_DETECTORS, ensemble_entry(member_source))})


def build(name: str, corridor: Corridor, parameters: Path | None = None, aim: float = DEFAULT_AIM) -> Detector:
    """Return a new detector for one run on `corridor`, with its shipped parameters or those of a file.

    `aim`: the false alarms per corridor-day it is set for. Raises UserError for an unknown name, listing the known ones,
    for a parameter file that does not fit, and for an aim that is not one of AIMS; PluginError where another package's
    code fails.
    """
    entry = _entry(name)
    if aim not in AIMS:
        raise UserError(f"wanted an aim of {', '.join(f'{rate:g}' for rate in AIMS)} per corridor-day, got {aim:g}")
    package = DETECTORS.package(name)
    if package is not None:
        return build_guarded(entry, package, corridor, parameters, aim)
    return entry.build(corridor, parameters, aim)


def fingerprint(name: str, parameters: Path | bytes | None = None, aim: float = DEFAULT_AIM) -> str:
    """Return the fingerprint of what `build` makes of a file, or of what is in it. Raises UserError for an unknown name."""
    return _entry(name).fingerprint(parameters, aim)


def _entry(name: str) -> Entry:
    if name not in DETECTORS:
        if name in DETECTORS.plugins.broken:
            raise DETECTORS.plugins.broken[name]
        raise unknown_detector("detector", name, DETECTORS)
    return DETECTORS[name]
