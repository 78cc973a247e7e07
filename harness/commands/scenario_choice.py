"""The scenario of `laneblock run`: by name, from a file, or from the record of an earlier run."""

from pathlib import Path

from harness.records.record_fields import RecordFields, read_fields
from harness.records.run_order import Job, PackedMask
from scenarios.errors import UserError
from scenarios.files.place_file import placed
from scenarios.files.scenario_loading import load_scenario
from scenarios.placed_scenario import PlacedScenario


def scenario_detectors_and_mask(
    name_or_path: str,
) -> tuple[PlacedScenario, dict[str, str | None] | None, PackedMask | None]:
    """Return a scenario by name or TOML file; from run.json or failed/NAME.json also that run's detectors and mask.

    Raises UserError, MissingFileError.
    """
    if not name_or_path.endswith(".json"):
        return load_scenario(name_or_path), None, None
    record = read_fields(Path(name_or_path), RecordFields)
    if not isinstance(record.get("scenario"), dict):
        raise UserError(
            f"{name_or_path}: wanted a run.json, or a file of the folder failed, got a file without a scenario"
        )
    try:
        detectors = record.get("parameters") or {"": None}
        job = Job.model_validate({"scenario": record["scenario"], "detectors": detectors, "mask": record.get("mask")})
    except ValueError as error:
        raise UserError(f"{name_or_path}: {error}") from None
    return placed(job.scenario), job.detectors if record.get("parameters") else None, job.mask
