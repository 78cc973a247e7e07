"""The fields of the records that are read back: battery.json, run.json, and the files of the folder `failed`.

A record may have further fields, and older ones have fewer; a field that is there has its type. Names of scenarios and
detectors become parts of paths, so they are checked as in a scenario.
"""

from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from scenarios.errors import UserError, at
from scenarios.files.validation import validate
from scenarios.folder_name import check_name
from simulator.recording.json_file import read_object


def _checked_name(name: str) -> str:
    check_name(name)
    return name


def _all_different(named: "list[NamedScenario]") -> "list[NamedScenario]":
    names: set[str] = set()
    for one in named:
        if one.name.casefold() in names:
            raise UserError(f"wanted different names, got {one.name!r} twice")
        names.add(one.name.casefold())
    return named


Name = Annotated[str, AfterValidator(_checked_name)]


class _Fields(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class NamedScenario(_Fields):
    """A scenario as far as a battery's record is read without it: its other fields may be of another version."""

    name: Name
    seed: int | None = None


class ShardFields(_Fields):
    """The shard that the results are, and the names and the digest of all scenarios of the battery."""

    index: int = Field(ge=1)
    of: int = Field(ge=1)
    runs: list[Name]
    digest: str


class RecordFields(_Fields):
    """What battery.json, run.json and the record of a failed run share."""

    detectors: list[Name] | None = None
    parameters: dict[Name, str | None] | None = None
    fingerprints: dict[str, str] | None = None
    mask: dict[str, str | None] | None = None
    mask_fingerprint: str | None = None
    detector_code: str | None = None
    simulation_code: str | None = None
    files: dict[str, str] | None = None
    backend: str | None = None
    versions: dict[str, str | None] | None = None
    platform: str | None = None
    system: str | None = None
    machine: str | None = None
    command: str | None = None


class BatteryFields(RecordFields):
    """The fields of battery.json."""

    name: str | None = None
    description: str | None = None
    scenarios: Annotated[list[NamedScenario], AfterValidator(_all_different)] | None = None
    shard: ShardFields | None = None


class RunFields(RecordFields):
    """The fields of run.json."""

    scenario: dict[str, object] | None = None
    seed: int | None = None


class FailureFields(RecordFields):
    """The fields of failed/NAME.json."""

    name: str | None = None
    reason: str | None = None
    fault: str | None = None
    log: str | None = None
    stderr: str | None = None
    scenario: dict[str, object] | None = None


Fields = TypeVar("Fields", bound=RecordFields)


def read_fields(path: Path, fields: type[Fields], slip: str = "") -> dict[str, Any]:
    """Return the object in a record's file. Raises MissingFileError (with the likely `slip`), UserError for a broken record."""
    content = read_object(path, slip)
    try:
        validate(fields, content)
    except UserError as error:
        raise at(path, error) from None
    except RecursionError:
        raise UserError(f"{path}: broken JSON: nested too deeply") from None
    return content
