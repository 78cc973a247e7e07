"""Calibration of a detector on recordings, from their folders to the file it is built from."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from detectors.calibration.enough_data import check_enough, named
from detectors.catalogue import AIMS, DETECTORS, build, member_source
from detectors.ensemble.ensemble_entry import EnsembleChoice, calibrate_chosen, ensemble_choice
from detectors.ensemble.ensemble_parameters import NAME as ENSEMBLE
from detectors.faults.fault_catalogue import FAULT_DETECTORS, build_fault_detector
from detectors.plugin_guard import blaming
from harness.records.atomic_files import atomic_file
from harness.records.battery_folder import ResultsFolder
from harness.records.known_truth import KnownRun, read_known_run
from harness.records.provenance import versions
from scenarios.corridor import Corridor
from scenarios.errors import MissingFileError, UserError
from simulator.recording.fault_log import read_faults
from simulator.recording.recording_folder import Recording, read_recording

CALIBRATED = tuple(name for name, entry in DETECTORS.items() if entry.calibrate is not None)
FITTED = tuple(name for name, entry in FAULT_DETECTORS.items() if entry.calibrate is not None)


def check_calibration(
    detector: str, battery: str | None, folders: Sequence[Path], recordings: bool, out: Path | None
) -> None:
    """Raise UserError or MissingFileError for a calibration that is not possible, before anything is run."""
    if detector not in (*CALIBRATED, *FITTED):
        known = detector in DETECTORS or detector in FAULT_DETECTORS
        why = "has nothing to calibrate" if known else "is no detector"
        raise UserError(f"{detector!r} {why}; wanted one of: {', '.join((*CALIBRATED, *FITTED))}")
    if battery is not None and folders:
        raise UserError("--battery and --recordings: wanted one of them, got both")
    if battery is None and folders and not recordings:
        raise UserError(f"{folders[0]}: for recordings use --recordings {folders[0]} ..., for a battery --battery NAME")
    if battery is None and not folders:
        raise UserError("wanted --battery NAME or --recordings FOLDER..., got neither")
    if out is not None and out.is_dir():
        raise UserError(f"--out {out}: wanted a file, got a folder (did you mean {out / default_file(detector)}?)")
    for folder in folders:
        if not folder.is_dir():
            raise MissingFileError(f"--recordings: no such folder: {folder}")


def calibrated_ensemble(detector: str, members: str | None, method: str | None) -> EnsembleChoice | None:
    """Return the members and methods of an ensemble as options name them; None where they name none.

    Raises UserError where they are given for another detector, or name what there is not.
    """
    if members is None and method is None:
        return None
    if detector != ENSEMBLE:
        option = "--members" if members is not None else "--method"
        raise UserError(f"{option} is for {ENSEMBLE} alone, got it for {detector}")
    choice = ensemble_choice(members, method)
    source = member_source()
    for name, _ in choice.members:
        source.entry(name)
    return choice


def check_one_corridor(detector: str, corridors: Sequence[Corridor]) -> None:
    """Raise UserError for a battery of several roads, because a fault detector is fitted to one."""
    names = list(dict.fromkeys(corridor.name for corridor in corridors))
    if len(names) > 1:
        raise UserError(
            f"{detector} is fitted to one corridor, and the battery has {len(names)}: {', '.join(names)} "
            "(name the runs of one of them: --recordings FOLDER...)"
        )


def finished_run_folders(results: Path, names: Sequence[str]) -> list[Path]:
    """Return the folders of the finished runs of these names in a results folder."""
    folder = ResultsFolder(results)
    return [folder.run(name).path for name in names if folder.run(name).finished]


def default_file(detector: str) -> Path:
    """Return the file that a calibration of `detector` is written to where none is named."""
    entries = FAULT_DETECTORS if detector in FAULT_DETECTORS else DETECTORS
    return Path(f"{detector}{entries[detector].suffix}")


def calibrate_detector(
    detector: str,
    folders: Sequence[Path],
    out: Path,
    command: str,
    aim: float,
    show: Callable[[str], None] = lambda what: None,
    ensemble: EnsembleChoice | None = None,
) -> None:
    """Calibrate on the recordings in `folders` and write the parameters, with their provenance, to `out`.

    `show` gets the progress of a fault detector's fitting, line by line; `ensemble`: members and methods of one.
    Raises UserError or MissingFileError naming a recording that does not fit, MissingExtraError where training needs an extra.
    """
    fit = FAULT_DETECTORS[detector].calibrate if detector in FAULT_DETECTORS else None
    calibrate = DETECTORS[detector].calibrate if detector in DETECTORS else None
    if ensemble is not None:
        calibrate = partial(calibrate_chosen, ensemble, member_source())
    if fit is None and calibrate is None:
        raise UserError(f"{detector!r} has nothing to calibrate")
    if not folders:
        raise UserError("calibration needs recordings, got none (did all runs fail?)")
    installed = versions()
    sources = f"{command}; laneblock {installed['laneblock']}, SUMO {installed['libsumo']}"
    runs = [_calibration_run(folder) for folder in folders]
    names = [str(folder) for folder in folders]
    if fit is not None:
        _refuse_faults(folders, runs)
    package = None if fit is not None else DETECTORS.package(detector)
    if fit is None and package is None:
        check_enough(detector, runs, names, (aim,) if DETECTORS[detector].thresholds is None else AIMS)
    with atomic_file(out) as part:
        try:
            if fit is not None:
                fit(runs, part, sources, show)
            elif calibrate is not None:
                with nullcontext() if package is None else blaming(detector, package):
                    calibrate(runs, part, sources, aim)
        except UserError as error:
            raise type(error)(f"{error} (calibrated on {named(names)})") from None
        if package is None:
            _check_written(detector, runs[0].corridor, part, out)


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


def _refuse_faults(folders: Sequence[Path], runs: Sequence[KnownRun | Recording]) -> None:
    for folder, run in zip(folders, runs, strict=True):
        if read_faults(folder, run.corridor):
            raise UserError(f"{folder}: its loops have faults (faults.csv); name recordings of healthy loops")


def _calibration_run(folder: Path) -> KnownRun | Recording:
    """Return a recording with its known incidents, or the recording alone where none are known."""
    run = read_known_run(folder)
    return read_recording(folder) if run is None else run
