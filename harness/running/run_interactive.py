"""Run one scenario in this process, watched frame by frame, into a results folder like that of a battery of one.

An earlier run of the same scenario stays until the new one is complete; then run and record are replaced together.
"""

import contextlib
import tempfile
from pathlib import Path

from harness.records.battery_folder import ResultsFolder, battery_record
from harness.records.failure import failure_of, note_log_file
from harness.records.folder_lock import lock_folder
from harness.records.recorded_detectors import recorded_detectors
from harness.records.run_exchange import exchange_run, finish_exchange
from harness.records.run_inputs import recorded_inputs
from harness.records.run_order import Job
from harness.running.carried_memory import CarriedMemory
from harness.running.run_battery import check_scenario_names
from harness.running.simulate_run import Watch, simulate_run
from scenarios.errors import UserError
from scenarios.files.battery_file import Battery

DESCRIPTION = "one scenario, by laneblock run"


def run_interactively(
    job: Job, out: Path, gui: bool = False, watch: Watch | None = None, memory: CarriedMemory | None = None
) -> Path:
    """Run `job` in this process and return its run folder in the results folder `out`; `memory` as in `simulate_run`.

    An earlier run of the same scenario in `out` is replaced when the new one is complete. Raises UserError where `out` holds
    anything else, and what `harness.running.simulate_run.simulate_run` raises: why it failed is then kept in the folder
    `failed`, and a note of the error names its log.
    """
    battery = Battery(job.scenario.name, DESCRIPTION, (job.scenario,))
    check_scenario_names(battery)
    folder = ResultsFolder(out)
    folder.check()
    with lock_folder(out):
        folder.check()
        finish_exchange(out)
        there = folder.read_if_used()
        if there is not None and (there.get("name"), there.get("description")) != (battery.name, DESCRIPTION):
            raise UserError(f"{out} holds results of {there.get('name')!r}: use another --out")
        made_with = recorded_detectors(job.detectors, job.mask) | recorded_inputs([job.scenario], job.backend)
        record = {**battery_record(battery, made_with), "command": job.command}
        place = folder.run(battery.name)
        folder.prepare(record, there if place.finished else None)  # a record without a run is that of one that failed
        job_with_files = job.model_copy(update={"files": made_with["files"]})
        with tempfile.TemporaryDirectory(
            prefix=f".{battery.name}.", suffix=".part", dir=folder.runs, ignore_cleanup_errors=True
        ) as box:
            run, work = Path(box) / battery.name, Path(box) / ".work"  # no scenario has this name
            run.mkdir()
            work.mkdir()
            try:
                simulate_run(job_with_files, run, work, gui, watch, memory)
            except Exception as error:
                with contextlib.suppress(OSError):  # a full disk: the error itself names it
                    failure = folder.failed.write(job.scenario, failure_of(error), "", made_with)
                    note_log_file(error, failure.log_file)
                raise
            exchange_run(out, run, record)
    return place.path
