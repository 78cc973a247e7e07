"""Calibration of a detector on recordings, from their folders to the file it is built from."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from detectors.calibration.enough_data import check_enough
from detectors.calibration.file_amendment import amend, file_content, provenance_of
from detectors.calibration.normal_file import normal_table
from detectors.calibration.rates_seen import rates_lines
from detectors.calibration.site_history import SiteHistory
from detectors.catalogue import AIMS, DETECTORS, build, member_source
from detectors.ensemble.ensemble_entry import EnsembleChoice, calibrate_chosen
from detectors.faults.fault_catalogue import FAULT_DETECTORS, build_fault_detector
from detectors.plugin_guard import blaming
from harness.records.atomic_files import atomic_file
from harness.records.battery_folder import ResultsFolder
from harness.records.provenance import versions
from harness.running.calibration_checks import ALL_ANEW, CALIBRATED, FITTED, HistoryChoices
from harness.running.calibration_recordings import Read, naming, read_history, refuse_faults, untold
from harness.running.detector_versions import keep_version, version_provenance, versions_at
from harness.running.normal_kind import NormalKind
from harness.running.plugin_rates import plugin_rates
from harness.running.site_normal_choice import chosen_normal
from scenarios.corridor import Corridor
from scenarios.errors import UserError


def finished_run_folders(results: Path, names: Sequence[str]) -> list[Path]:
    """Return the folders of the finished runs of these names in a results folder."""
    folder = ResultsFolder(results)
    return [folder.run(name).path for name in names if folder.run(name).finished]


def calibrate_detector(
    detector: str,
    folders: Sequence[Path],
    out: Path,
    command: str,
    aim: float,
    show: Callable[[str], None] = lambda what: None,
    choices: HistoryChoices = ALL_ANEW,
    ensemble: EnsembleChoice | None = None,
    read: Read = untold,
) -> None:
    """Calibrate on the recordings in `folders` and write the parameters, with their provenance, to `out`.

    A file of the detector that is there is kept beside it (`detector_versions`); those of plug-ins and fault detectors are
    replaced. `show` gets notes and the progress of a fault detector's fitting, line by line; `ensemble`: members and methods of
    one; `read` is told how many recordings are read. Raises UserError or MissingFileError naming a recording that does not fit,
    MissingExtraError where training needs an extra.
    """
    installed = versions()
    sources = f"{command}; laneblock {installed['laneblock']}, SUMO {installed['libsumo']}"
    if detector not in (*CALIBRATED, *FITTED):
        raise UserError(f"{detector!r} has nothing to calibrate")
    if not folders:
        raise UserError("calibration needs recordings, got none (did all runs fail?)")
    if detector in FITTED:
        _fit_faults(detector, folders, out, sources, show, read)
    elif (package := DETECTORS.package(detector)) is not None:
        runs, names = read_history(folders, choices.last_days, read)
        calibrate = DETECTORS[detector].calibrate
        assert calibrate is not None
        with atomic_file(out) as part, naming(names), blaming(detector, package):
            calibrate(runs, part, sources, aim)
            rates = plugin_rates(DETECTORS[detector], package, runs, part, aim)
        _show_rates([rate.text for rate in rates], show)
    else:
        _calibrate_own(detector, folders, out, sources, aim, show, choices, ensemble, read)


def _fit_faults(
    detector: str, folders: Sequence[Path], out: Path, sources: str, show: Callable[[str], None], read: Read
) -> None:
    runs, _ = read_history(folders, None, read)
    refuse_faults(folders, runs)
    fit = FAULT_DETECTORS[detector].calibrate
    assert fit is not None
    with atomic_file(out) as part:
        with naming([str(folder) for folder in folders]):
            fit(runs, part, sources, show)
        _check_written(detector, runs[0].corridor, part, out)


def _calibrate_own(
    detector: str,
    folders: Sequence[Path],
    out: Path,
    sources: str,
    aim: float,
    show: Callable[[str], None],
    choices: HistoryChoices,
    ensemble: EnsembleChoice | None,
    read: Read,
) -> None:
    """A detector of laneblock's: its file is a new version of the one that is there."""
    entry = DETECTORS[detector]
    calibrate = entry.calibrate if ensemble is None else partial(calibrate_chosen, ensemble, member_source())
    before = versions_at(out, detector)
    runs, names = read_history(folders, choices.last_days, read)
    check_enough(detector, runs, names, (aim,) if entry.thresholds is None else AIMS)
    days, hours = chosen_normal(runs, choices.normal if entry.holds_normal else NormalKind.NONE, show)
    table = None if days is None else normal_table(days.normal(hours))
    earlier = out if before.version and not choices.retune else None
    with atomic_file(out, lasting=True) as part:
        with naming(names):
            if choices.keep_trained and entry.retune is not None:
                entry.retune(runs, part, sources, out if before.version else None)
            elif entry.calibrate_on_site is not None:
                entry.calibrate_on_site(runs, part, sources, SiteHistory(earlier, days, hours))
            elif calibrate is not None:
                calibrate(runs, part, sources, aim)
        amend(part, entry.suffix, version_provenance(before, detector, runs), table)
        _check_written(detector, runs[0].corridor, part, out)
        keep_version(before)
    _tell_rates(out, show)
    if before.version:
        show(f"{out} is version {before.new}; version {before.version} stays as {before.kept.name}")


def _tell_rates(file: Path, show: Callable[[str], None]) -> None:
    """Say how sure the thresholds in a detector's file are, a line for each aim; nothing where the file does not say."""
    _show_rates(rates_lines(provenance_of(file_content(file))), show)


def _show_rates(lines: Sequence[str], show: Callable[[str], None]) -> None:
    if lines:
        show("False alarms of the thresholds on these recordings:")
        for line in lines:
            show(f"  {line}")


def _check_written(detector: str, corridor: Corridor, part: Path, out: Path) -> None:
    """Raise UserError where the detector cannot be built from what its calibration wrote, such as a threshold not finite."""
    try:
        if detector in FAULT_DETECTORS:
            build_fault_detector(detector, corridor, part)
        else:
            build(detector, corridor, part)
    except UserError as error:
        found = str(error).replace(str(part), out.name)
        raise UserError(
            f"{detector}: no file is written, because these recordings give parameters that cannot be: {found} "
            "(name more recordings, or longer ones)"
        ) from None
