"""A new run takes the place of an older one of the same scenario, with its record: after any interruption one of both is whole.

.exchange/       battery.json and run of the new one, complete, while they replace the old ones

Call these functions while holding the lock of the results folder.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from harness.records.atomic_files import move_folder, write_json
from harness.records.failed_runs import FailedRuns
from harness.records.record_fields import BatteryFields, read_fields
from harness.records.score_names import remove_scores
from scenarios.errors import UserError

_NEW_RECORD = ".battery.json"  # in `.exchange`, where no run has this name


def exchange_run(results: Path, run: Path, record: Mapping[str, object]) -> None:
    """Replace the run and the record in the folder `results` by new ones: `run` is a complete folder, named after its scenario.

    The new ones are first put together in `run`'s folder, and get their place there in one step. From then on the exchange
    is complete whatever happens: `finish_exchange` continues an interrupted one.
    """
    new = run.parent / ".new"  # no scenario has this name
    new.mkdir()
    write_json(new / _NEW_RECORD, record, lasting=True)
    move_folder(run, new / run.name)
    new.rename(_exchange(results))
    finish_exchange(results)


def finish_exchange(results: Path) -> None:
    """Put run and record of an exchange in place; where there is none, do nothing."""
    new = _exchange(results)
    if not new.is_dir():
        return
    record = new / _NEW_RECORD
    if record.is_file():
        for run in (path for path in new.glob("*/") if not path.name.startswith(".")):
            place = results / "runs" / run.name
            if place.exists():
                place.rename(new / f".old.{place.name}")
            place.parent.mkdir(exist_ok=True)
            run.rename(place)
            FailedRuns(results / "failed").forget(run.name)
        _remove_scores(results)
        record.replace(results / "battery.json")
    shutil.rmtree(new)


def exchange_was_interrupted(results: Path) -> bool:
    """Whether `finish_exchange` has something to do."""
    return _exchange(results).is_dir()


def _exchange(results: Path) -> Path:
    return results / ".exchange"


def _remove_scores(results: Path) -> None:
    """Remove scores, tables and page of the runs so far."""
    try:
        detectors = read_fields(results / "battery.json", BatteryFields).get("detectors") or ()
    except UserError:  # missing or broken: it is about to be replaced
        detectors = ()
    remove_scores(results, detectors)
    (results / "report.html").unlink(missing_ok=True)
