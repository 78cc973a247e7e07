"""A battery's processes: killed with it, and the same results on a Dask cluster."""

import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from harness.running import run_process
from harness.running.progress import Progress
from harness.running.run_battery import Settings, run_battery
from scenarios.files.battery_file import Battery
from scenarios.scenario import Scenario
from tests.harness.running.made_batteries import battery, names_in

ROOT = Path(__file__).parents[3]


# Dask warns of ports and sockets of its own; none of that is ours to mend.
@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster_brings_the_same_results_home(tmp_path: Path, settings: Settings) -> None:
    from distributed import LocalCluster

    options = {"n_workers": 1, "threads_per_worker": 2, "dashboard_address": None, "host": "127.0.0.1"}
    with LocalCluster(processes=False, protocol="tcp://", **options) as cluster:
        remote = replace(settings, scheduler=cluster.scheduler_address)
        ended = run_battery(battery("a", "refused", "b"), tmp_path / "remote", remote)
    local = run_battery(battery("a", "refused", "b"), tmp_path / "local", settings)
    assert ended.finished == local.finished
    assert [one.reason for one in ended.failed.values()] == [one.reason for one in local.failed.values()]
    assert names_in(tmp_path / "remote") == ["a", "b"]
    for name in ("a", "b"):
        here, there = (tmp_path / side / "runs" / name / "run.json" for side in ("local", "remote"))
        assert here.read_bytes() == there.read_bytes()
    assert sorted(path.name for path in (tmp_path / "remote" / "failed").iterdir()) == [
        "refused.json",
        "refused.log.txt",
    ]


SCRIPT = """
import sys
from pathlib import Path
from harness.running import run_process
from harness.running.run_battery import Settings, run_battery
from scenarios.files.battery_file import Battery
from scenarios.scenario import Scenario

if __name__ == "__main__":
    names = sys.argv[3:]
    scenarios = tuple(Scenario(name=name, seed=1, end_s=60) for name in names)
    run_process.WORKER = (sys.executable, "-I", sys.argv[2])
    settings = Settings({"silent": None}, jobs=1)
    run_battery(Battery("tried", "", scenarios), Path(sys.argv[1]), settings, "", lambda p: print(p.name, flush=True))
"""


def _heed_interrupts() -> None:
    """Where pytest itself runs in a shell's background, its children would inherit that interrupts are ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_killed_battery_keeps_what_is_finished_and_leaves_no_process(
    how: signal.Signals, tmp_path: Path, settings: Settings
) -> None:
    out, pretend = tmp_path / "out", run_process.WORKER[-1]
    command = [sys.executable, "-c", SCRIPT, str(out), pretend, "a", "hang"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, preexec_fn=_heed_interrupts
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "a\n"
        deadline = time.monotonic() + 20
        while not list((out / "runs").glob(".hang.*/output.txt")) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(how)
        process.wait(20)
    assert names_in(out) == ["a"]
    calm = Battery("tried", "", (Scenario(name="a", seed=1, end_s=60), Scenario(name="hang", seed=1, end_s=60)))
    seen: list[Progress] = []
    short = Settings({"silent": None}, time_limit_s=0.5)
    ended = run_battery(calm, out, short, on_progress=seen.append)
    assert ended.finished == ("a",)
    assert [one.outcome for one in seen] == ["kept", "failed"]
    assert [path.name for path in (out / "runs").iterdir()] == ["a"]
