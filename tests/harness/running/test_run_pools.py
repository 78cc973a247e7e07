"""Pools of runs, here and on a Dask cluster, with a worker that only pretends to simulate."""

import sys
import time
from concurrent.futures import wait
from pathlib import Path

import pytest

from harness.records.failure import Failure
from harness.records.run_order import Job
from harness.running.run_pools import dask_pool, local_pool
from harness.running.run_process import RunResult, run_job, unpack
from scenarios.errors import MachineError, MissingExtraError
from scenarios.scenario import Scenario


def job(name: str) -> Job:
    return Job(scenario=Scenario(name=name, seed=1, end_s=60), detectors={"silent": None})


def test_leaving_the_local_pool_ends_runs_under_way(place: Path, pretend_worker: None) -> None:
    began = time.monotonic()
    with local_pool(1) as pool:
        under_way = pool.executor.submit(run_job, job("hang"), place, 60.0, pool.stop)
        waiting = pool.executor.submit(run_job, job("good"), place, 60.0, pool.stop)
        time.sleep(0.5)
    assert time.monotonic() - began < 20
    assert str(under_way.result().failure) == "stopped"
    assert waiting.cancelled()


def test_no_jobs_are_refused() -> None:
    with pytest.raises(ValueError, match="--jobs takes 1 or more, got 0"), local_pool(0):
        pass


def test_one_job_does_not_stop_another(place: Path, pretend_worker: None) -> None:
    with local_pool(2) as pool:
        futures = [pool.executor.submit(run_job, job(name), place, 30.0, pool.stop) for name in ("crash-1", "good-1")]
        wait(futures)
    assert [future.result().failure is not None for future in futures] == [True, False]


def test_a_missing_dask_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r"laneblock\[dask\]"), dask_pool("tcp://127.0.0.1:1"):
        pass


@pytest.mark.parametrize("address", ["", "nonsense", "tcp://host", "foo://host:8786", "tcp://:8786 "])
def test_what_is_no_scheduler_address_is_refused_at_once(address: str) -> None:
    with pytest.raises(ValueError, match="takes an address like tcp://host:8786, got "), dask_pool(address):
        pass


# Dask warns of ports and sockets of its own; none of that is ours to mend.
@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster_does_the_same_runs(place: Path, pretend_worker: None) -> None:
    from distributed import LocalCluster

    options = {"n_workers": 1, "threads_per_worker": 2, "dashboard_address": None, "host": "127.0.0.1"}
    cluster = LocalCluster(processes=False, protocol="tcp://", **options)
    with cluster, dask_pool(cluster.scheduler_address) as pool:
        assert pool.slots == 2
        assert pool.stop is None
        futures = [pool.executor.submit(run_job, job(name), None, 30.0, pool.stop) for name in ("good", "refused")]
        good, refused = (future.result(timeout=60) for future in futures)
    assert isinstance(good, RunResult)
    assert good.packed is not None
    assert good.failure is None
    unpack(good.packed, place / "good")
    assert (place / "good" / "run.json").is_file()
    assert refused.failure == Failure("machine", "SUMO said no", "Traceback of refused")


@pytest.mark.filterwarnings("ignore")
def test_a_dask_worker_that_would_import_another_s_room_is_told_before_it_gets_any_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from distributed import LocalCluster

    monkeypatch.setattr("harness.running.run_pools.foreign_room", lambda: "'harness' would be imported from /theirs")
    options = {"n_workers": 1, "threads_per_worker": 1, "dashboard_address": None, "host": "127.0.0.1"}
    with (
        LocalCluster(processes=False, protocol="tcp://", **options) as cluster,
        pytest.raises(MachineError, match=r"the Dask worker tcp://.*: 'harness' would be imported from /theirs"),
        dask_pool(cluster.scheduler_address),
    ):
        pass


@pytest.mark.filterwarnings("ignore")
def test_nobody_at_the_scheduler_address_is_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.running.run_pools._CONNECT_TIMEOUT_S", 1)
    with (
        pytest.raises(ValueError, match="no Dask scheduler answers at 'tcp:"),
        dask_pool("tcp://127.0.0.1:9"),
    ):
        pass
