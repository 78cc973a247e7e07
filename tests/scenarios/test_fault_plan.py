"""Schedules drawn from rates."""

import time
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from scenarios.fault import KINDS, check_faults
from scenarios.fault_plan import FaultRate, random_faults
from scenarios.files.fault_schedule_file import read_fault_plan

CORRIDOR = Corridor("ten", 30.0, tuple(Station(f"s{k}", 500.0 * k, 4) for k in range(10)))
SHIPPED = Path(str(files("scenarios"))) / "fault_schedules" / "mixed.toml"


def test_rates_come_out_per_loop_day() -> None:
    rate = FaultRate(kind="missed", per_loop_day=0.5, duration_s=(60.0, 120.0), magnitude=(0.3, 0.4))
    drawn = random_faults([rate], CORRIDOR, 0.0, 10 * 86400.0, np.random.default_rng(1))
    assert abs(len(drawn) - 200) < 4 * 200**0.5  # 40 loops x 10 days x 0.5, four standard deviations
    assert all(0.3 <= fault.strength <= 0.4 and 60 <= fault.last_s - fault.onset_s <= 120 for fault in drawn)
    assert [fault.onset_s for fault in drawn] == sorted(fault.onset_s for fault in drawn)


def test_a_share_of_the_loops_is_that_many_loops_each_once() -> None:
    rates = [FaultRate(kind="dead", share=0.1), FaultRate(kind="stuck", share=0.05)]
    drawn = random_faults(rates, CORRIDOR, 0.0, 3600.0, np.random.default_rng(2))
    assert sorted(fault.kind for fault in drawn) == ["dead"] * 4 + ["stuck"] * 2
    assert len({(fault.station, fault.lane) for fault in drawn}) == 6


def test_drawn_faults_never_overlap_on_a_loop(tmp_path: Path) -> None:
    plan = read_fault_plan(SHIPPED)
    crowded = [rate.model_copy(update={"per_loop_day": 3.0}) for rate in plan.rates]
    drawn = random_faults(crowded, CORRIDOR, 0.0, 86400.0, np.random.default_rng(3))
    times: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for fault in drawn:
        for lane in fault.loops(range(4)):
            times.setdefault((fault.station, lane), []).append((fault.onset_s, fault.last_s))
    assert len(drawn) > 100
    for spans in times.values():
        spans.sort()
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_drawn_faults_are_never_more_than_can_be_read_back() -> None:
    rate = FaultRate(kind="missed", per_loop_day=100.0, duration_s=(1.0, 2.0))
    with pytest.raises(UserError, match=r"rates: they make \d+ faults of 40 loops in 30 days, wanted 100000 at most"):
        random_faults([rate], CORRIDOR, 0.0, 30 * 86400.0, np.random.default_rng(1))


def test_ten_thousands_of_faults_are_drawn_and_checked_in_seconds() -> None:
    rate = FaultRate(kind="missed", per_loop_day=90.0, duration_s=(60.0, 61.0))
    started_s = time.perf_counter()
    drawn = random_faults([rate], CORRIDOR, 0.0, 7 * 86400.0, np.random.default_rng(1))
    check_faults(drawn, CORRIDOR)
    assert len(drawn) > 20_000
    assert time.perf_counter() - started_s < 10  # half a second; minutes where each is compared with all others


def test_the_shipped_rates_hold_every_kind_and_runs_differ_by_name() -> None:
    plan = read_fault_plan(SHIPPED)
    assert {rate.kind for rate in plan.rates} == set(KINDS)
    one, same, other = (plan.schedule(CORRIDOR, 0.0, 86400.0, run) for run in ("x", "x", "y"))
    assert one == same != other
