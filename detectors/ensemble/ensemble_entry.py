"""The catalogue's entry of the ensemble, and the members and methods that a calibration is given as text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from detectors.calibration.stored_text import shipped_file
from detectors.catalogue_entry import Entry
from detectors.ensemble.ensemble_detector import EnsembleDetector
from detectors.ensemble.ensemble_file import read_ensemble
from detectors.ensemble.ensemble_parameters import METHODS, NAME, Method, check_members
from detectors.ensemble.member_source import MemberSource, build_member
from detectors.needs import Needs, quorum_needs
from scenarios.corridor import Corridor
from scenarios.errors import MissingFileError, UserError

DEFAULT_MEMBERS = ("ewma", "cusum", "hotelling_t2", "california8", "apid", "mcmaster", "snd", "mlp")
"""Members where none are named. Chosen: see README.md."""


@dataclass(frozen=True, slots=True)
class EnsembleChoice:
    """Members of an ensemble to be calibrated, with their files where they do not use those that ship; methods to try."""

    members: tuple[tuple[str, Path | None], ...] = tuple((name, None) for name in DEFAULT_MEMBERS)
    methods: tuple[Method, ...] = METHODS


def ensemble_choice(members: str | None = None, method: str | None = None) -> EnsembleChoice:
    """Return the choice that `--members NAME[=FILE],...` and `--method` make; what is None is the default.

    Raises UserError or MissingFileError for what names no member, file or method.

    >>> ensemble_choice("ewma, snd", "majority")
    EnsembleChoice(members=(('ewma', None), ('snd', None)), methods=('majority',))
    """
    chosen = EnsembleChoice().members if members is None else tuple(_member(each) for each in members.split(","))
    check_members([name for name, _ in chosen])
    if method is None:
        return EnsembleChoice(chosen)
    found = tuple(each for each in METHODS if each == method)
    if not found:
        raise UserError(f"--method: wanted {' or '.join(METHODS)}, got {method!r}")
    return EnsembleChoice(chosen, found)


def _member(text: str) -> tuple[str, Path | None]:
    name, sign, file = (part.strip() for part in text.partition("="))
    if not name or (sign and not file):
        raise UserError(f"--members: wanted NAME or NAME=FILE between commas, got {text!r}")
    if file and not Path(file).is_file():
        raise MissingFileError(f"--members: no such parameter file of {name}: {file}")
    return name, Path(file) if file else None


def calibrate_chosen(
    choice: EnsembleChoice, source: MemberSource, runs: Sequence[Any], out: Path, sources: str, aim: float
) -> None:
    """Calibrate the ensemble of this choice, as an entry's `calibrate` does. Raises what `calibrate_ensemble` does."""
    from detectors.ensemble.ensemble_calibration import calibrate_ensemble

    calibrate_ensemble(runs, out, sources, choice.members, source, choice.methods)


def ensemble_entry(source: Callable[[], MemberSource]) -> Entry:
    """Return the entry of the ensemble; `source` is called when members are needed, because the catalogue holds this entry."""

    def build(corridor: Corridor, parameters: Path | None, aim: float) -> EnsembleDetector:
        read = read_ensemble(parameters)
        where = f"{NAME}.json" if parameters is None else str(parameters)
        members = [build_member(member, corridor, source(), where) for member in read.members]
        return EnsembleDetector(corridor, members, read, aim)

    def calibrate(runs: Sequence[Any], out: Path, sources: str, aim: float) -> None:
        calibrate_chosen(EnsembleChoice(), source(), runs, out, sources, aim)

    def thresholds() -> Mapping[float, float]:
        return read_ensemble(None).thresholds

    def shipped(aim: float) -> Traversable:
        return shipped_file(NAME, ".json")

    def needs_of_file(parameters: Path | None) -> Needs:
        return quorum_needs([source().entry(member.name).needs for member in read_ensemble(parameters).members])

    return Entry(
        NAME,
        "other detectors as members: their majority vote, or their margins weighed, with agreement as confidence",
        build,
        calibrate,
        thresholds,
        ".json",
        shipped,
        holds_normal=False,
        needs_of_file=needs_of_file,
    )
