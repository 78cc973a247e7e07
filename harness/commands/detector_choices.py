"""What a user asked for, made definite and checked before anything is started: one clear message for each slip."""

from collections.abc import Sequence
from pathlib import Path

from detectors.catalogue import DETECTORS, build
from harness.records.run_order import CarriedMask, Job
from harness.running.run_defaults import DEFAULT_DETECTOR, shipped_text
from scenarios.corridor import Corridor
from scenarios.errors import MissingFileError, UserError
from scenarios.files.place_file import placed
from scenarios.files.scenario_loading import load_scenario
from scenarios.placed_scenario import PlacedScenario
from simulator.recording.json_file import read_object


def detector_parameters(detectors: Sequence[str], files: Sequence[str], corridor: Corridor) -> dict[str, str | None]:
    """Each detector with the text of its parameters (None: it has none), tried on `corridor`.

    A file is given as FILE, with one detector, or as DETECTOR=FILE; without one, the text is that of the shipped
    parameters, so that results keep what they were made with. Raises UserError, MissingFileError.
    """
    paths = parameter_files(list(detectors) or [DEFAULT_DETECTOR], files)
    for name, path in paths.items():
        build(name, corridor, path)
    return {name: path.read_text(encoding="utf-8") if path else shipped_text(name) for name, path in paths.items()}


def parameter_files(names: Sequence[str], files: Sequence[str]) -> dict[str, Path | None]:
    """Each detector with the file of its parameters, if one is given as FILE or DETECTOR=FILE; nothing is read.

    Raises UserError, MissingFileError.
    """
    for name in names:
        if names.count(name) > 1:
            raise UserError(f"--detector {name} is given twice")
    paths: dict[str, Path] = {}
    for given in files:
        name, file = _split(given, list(names))
        if name in paths:
            raise UserError(f"--parameters for {name} is given twice")
        paths[name] = Path(file)
        if not paths[name].is_file():
            raise MissingFileError(f"--parameters: no such file: {file}")
    return {name: paths.get(name) for name in names}


def _split(given: str, names: list[str]) -> tuple[str, str]:
    name, sign, file = given.partition("=")
    if sign and (name in names or name in DETECTORS):
        if name not in names:
            raise UserError(f"--parameters {given}: {name} does not run (add --detector {name}?)")
        return name, file
    if len(names) > 1:
        raise UserError(f"--parameters {given}: whose are they? With several detectors, say {names[0]}={given}")
    return names[0], given


def scenario_and_settings(name_or_path: str) -> tuple[PlacedScenario, dict[str, str | None] | None, CarriedMask | None]:
    """A scenario by name or TOML file; or from run.json or failed/NAME.json, then with that run's detectors and mask."""
    if not name_or_path.endswith(".json"):
        return load_scenario(name_or_path), None, None
    record = read_object(Path(name_or_path))
    if not isinstance(record.get("scenario"), dict):
        raise UserError(f"{name_or_path}: holds no scenario (wanted a run.json, or a file of the folder failed)")
    try:
        detectors = record.get("parameters") or {"": None}
        job = Job.model_validate({"scenario": record["scenario"], "detectors": detectors, "mask": record.get("mask")})
    except ValueError as error:
        raise UserError(f"{name_or_path}: {error}") from None
    return placed(job.scenario), job.detectors if record.get("parameters") else None, job.mask
