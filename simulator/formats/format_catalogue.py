"""Every field format by name, and which of them a file or a folder looks like.

A format is a module with `describe(source) -> str | None` and `read(source) -> FieldRecordings` (README.md here). Where several
files are one recording, it may offer `read_files(sources) -> FieldRecordings` too; where a day's files make recordings of their
own, `days(source) -> tuple[FieldDay, ...]`. Modules are imported when they are needed.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from scenarios.errors import MissingFileError, UserError
from simulator.formats.duplicate_choice import Keep
from simulator.formats.source_files import source_files
from simulator.recording.not_a_recording import content_slip

if TYPE_CHECKING:
    from simulator.formats.field_recordings import FieldDay, FieldRecordings

FORMATS: Mapping[str, str] = {
    "generic_csv": "simulator.formats.generic_csv",
    "research_h5": "simulator.formats.research_h5",
    "sumo_e1": "simulator.formats.sumo_e1",
    "datex3": "simulator.formats.datex3",
    "i24": "simulator.formats.i24",
    "iris": "simulator.formats.iris",
    "lam": "simulator.formats.lam",
    "midas": "simulator.formats.midas",
    "miv": "simulator.formats.miv",
    "ndw": "simulator.formats.ndw",
    "pems": "simulator.formats.pems",
    "portland": "simulator.formats.portland",
    "taiwan_vd": "simulator.formats.taiwan_vd",
    "wavetronix": "simulator.formats.wavetronix",
}
"""The module of each format."""

_FOLDERS = ("i24", "iris", "pems", "wavetronix")
"""Formats whose files are read from a folder, not out of an archive that holds them all."""
_BESIDE = {*_FOLDERS, "portland", "research_h5", "sumo_e1"}
"""Formats that read files beside those that are named."""
REPEATING = frozenset({"generic_csv", "datex3", "i24", "midas", "miv", "ndw", "pems", "taiwan_vd", "wavetronix"})
"""Formats in whose files a reading of a loop and a period can come twice; their `read` takes `keep`."""

TITLES: Mapping[str, str] = {
    "sumo_e1": "SUMO's E1 loops: XML, CSV, parquet, .gz, one file or several.",
    "generic_csv": "CSV exports, wide or long, with a header that names what is what.",
    "research_h5": "METR-LA, PEMS-BAY (.h5) and PEMS03 to PEMS08 (.npz).",
    "pems": "California's PeMS: raw 30 s, 5 minutes.",
    "iris": "Minnesota's IRIS: .traffic archives and vehicle logs.",
    "wavetronix": "Wavetronix radar exports.",
    "i24": "I-24 radar stations, Tennessee.",
    "midas": "England's MIDAS and WebTRIS.",
    "ndw": "The Netherlands' NDW, DATEX II v2 and v3.",
    "datex3": "DATEX II v3 measured data of other publishers.",
    "taiwan_vd": "Taiwan's vehicle detectors (VD 1.1, 2.0).",
    "miv": "Flanders' MIV minutes.",
    "lam": "Finland's LAM vehicle records.",
    "portland": "The I-205 data of Portland, 2011.",
}
"""What each format is, in a line."""


def load_format(name: str) -> ModuleType:
    """Return the module of a format. Raises UserError for a name that is none."""
    if name not in FORMATS:
        raise UserError(f"format: wanted one of {', '.join(sorted(FORMATS))}, got {name[:80]!r}")
    return import_module(FORMATS[name])


def recognised(source: Path) -> list[tuple[str, str]]:
    """Return name and phrase of each format that `source` looks like, in the order of `FORMATS`.

    Raises MissingFileError where there is no such file or folder.
    """
    if not source.exists():
        raise MissingFileError(f"{source}: no such file or folder")
    described = ((name, _phrase(name, source)) for name in FORMATS)
    return [(name, phrase) for name, phrase in described if phrase is not None]


def _phrase(name: str, source: Path) -> str | None:
    try:
        phrase: str | None = load_format(name).describe(source)
    except UserError:  # a damaged archive, say: of no format that can be told
        return None
    return phrase


def recognise(source: Path) -> tuple[str, str]:
    """Return name and phrase of the one format that `source` looks like. Raises UserError for none and for several."""
    found = recognised(source)
    if not found:
        if (source / "corridor.toml").is_file():
            raise UserError(f"{source}: is a recording already (laneblock check, explore and replay read it as it is)")
        if source.is_dir() and (slip := content_slip(source)):
            raise UserError(f"{source}: looks like no field data{slip}")
        raise UserError(
            f"{source}: looks like none of the formats {', '.join(sorted(FORMATS))} (is a file of the data missing, is it "
            "the folder above, or an archive to be unpacked?); naming its files, or the format in place of auto tells what is wrong"
        )
    if len(found) > 1:
        several = ", ".join(f"{name} ({phrase})" for name, phrase in found)
        raise UserError(f"{source}: looks like {len(found)} formats: {several}; name one of them in place of auto")
    return found[0]


def files_beside(name: str, sources: Sequence[Path]) -> list[Path]:
    """Return the files that a format's recordings may depend on: sources, what is in folders, what it reads beside files."""
    found: dict[Path, None] = {}
    for source in sources:
        folder = source if source.is_dir() else source.parent
        if source.is_dir() or name in _BESIDE:
            folders = [folder, *([folder.absolute().parent] if name == "sumo_e1" else [folder / "mayfly"])]
            for each in folders:
                pattern = "*.xml*" if each == folder.absolute().parent else "[!.]*"
                found |= dict.fromkeys(path for path in sorted(each.glob(pattern)) if path.is_file())
        found |= dict.fromkeys(path for path in (source, folder / f"{name}.toml") if path.is_file())
    return list(found)


def units_of(name: str, sources: Sequence[Path]) -> list[tuple[str, tuple[Path, ...]]]:
    """Return what of a format's files is read together: all of them where it can, else each by itself."""
    together = len(sources) > 1 and hasattr(load_format(name), "read_files")
    return [(name, tuple(sources))] if together else [(name, (source,)) for source in sources]


def read_as(name: str, sources: Sequence[Path], keep: Keep = Keep.FIRST) -> "list[FieldRecordings]":
    """Return what a format reads from files and folders: together where it can, else from each. Raises as its `read` does.

    `keep` is for formats of `REPEATING`: in the files of others no reading comes twice, or it is refused.
    """
    module = load_format(name)
    for source in sources if name in _FOLDERS else ():
        if source.suffix.lower() == ".zip" and len(source_files((source,), "")) > 1:
            raise UserError(
                f"{source}: wanted a folder, got an archive of several files (unpack it, and name the folder)"
            )
    options = {"keep": keep} if name in REPEATING else {}
    if len(sources) > 1 and hasattr(module, "read_files"):
        return [module.read_files(tuple(sources), **options)]
    return [module.read(source, **options) for source in sources]


def days_of(name: str, sources: Sequence[Path], keep: Keep = Keep.FIRST) -> "tuple[FieldDay, ...]":
    """Return the days of a folder that can be read one by one; none where a format's files belong together. Raises as `read`."""
    module = load_format(name)
    if len(sources) != 1 or not hasattr(module, "days") or not sources[0].is_dir():
        return ()
    options = {"keep": keep} if name in REPEATING else {}
    found: tuple[FieldDay, ...] = module.days(sources[0], **options)
    return found if len(found) > 1 else ()
