"""Run one scenario in this process, watched frame by frame, into a results folder like that of a battery of one."""

import contextlib
import shutil
import tempfile
from pathlib import Path

from harness.records.battery_folder import ResultsFolder
from harness.records.failure import failure_of, note_log_file
from harness.records.folder_lock import lock_folder
from harness.records.recorded_detectors import recorded_detectors
from harness.records.run_order import Job
from harness.running.run_battery import check_scenario_names
from harness.running.simulate_run import Watch, simulate_run
from scenarios.errors import UserError
from scenarios.files.battery_file import Battery

DESCRIPTION = "one scenario, by laneblock run"


def run_interactively(job: Job, out: Path, gui: bool = False, watch: Watch | None = None) -> Path:
    """Run `job` in this process and return its run folder in the results folder `out`.

    An earlier run of the same scenario in `out` is replaced. Raises UserError where `out` holds
    anything else, and what `harness.running.simulate_run.simulate_run` raises: why it failed is then kept in the folder
    `failed`, and a note of the error names its log.
    """
    battery = Battery(job.scenario.name, DESCRIPTION, (job.scenario,))
    check_scenario_names(battery)
    folder = ResultsFolder(out)
    folder.check()
    with lock_folder(out):
        if folder.record.exists():
            there = folder.read()
            if (there.get("name"), there.get("description")) != (battery.name, DESCRIPTION):
                raise UserError(f"{out} holds results of {there.get('name')!r}: use another --out")
            folder.record.unlink()
        place = folder.run(battery.name).path
        if place.exists():
            shutil.rmtree(place)
        made_by = recorded_detectors(job.detectors, job.mask)
        folder.open(battery, {**made_by, "backend": job.backend}, job.command)
        with tempfile.TemporaryDirectory(
            prefix=f".{battery.name}.", suffix=".part", dir=folder.runs, ignore_cleanup_errors=True
        ) as box:
            run, work = Path(box) / "run", Path(box) / "work"
            run.mkdir()
            work.mkdir()
            try:
                simulate_run(job, run, work, gui, watch)
            except Exception as error:
                with contextlib.suppress(OSError):  # a full disk: the error itself names it
                    note_log_file(error, folder.write_failure(job.scenario, failure_of(error), "").log_file)
                raise
            run.rename(place)
        folder.forget_failure(battery.name)
    return place
