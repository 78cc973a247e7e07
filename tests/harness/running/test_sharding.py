"""Shards: every run in exactly one, balanced, the same on every machine."""

import pytest

from harness.running.progress import run_cost
from harness.running.sharding import Shard, parse_shard, shard_record, take_shard
from scenarios.files.battery_file import Battery, load_battery
from scenarios.scenario import Scenario


def battery(*ends_s: float) -> Battery:
    return Battery("tried", "", tuple(Scenario(name=f"r{k}", seed=k, end_s=end_s) for k, end_s in enumerate(ends_s)))


def test_runs_go_the_longest_first_to_the_shard_with_the_least_to_do() -> None:
    # 500 -> 1; 400 -> 2; 300 -> 2 (700); 200 -> 1 (700); 100 -> 1, the first of equals.
    shards = [take_shard(battery(100, 200, 300, 400, 500), Shard(index, 2)) for index in (1, 2)]
    assert [[run.name for run in shard.scenarios] for shard in shards] == [["r0", "r1", "r4"], ["r2", "r3"]]


@pytest.mark.parametrize("of", [1, 2, 5, 54])
def test_every_run_is_in_exactly_one_shard_and_in_the_battery_s_order(of: int) -> None:
    whole = load_battery("sr91")
    names = [run.name for run in whole.scenarios]
    shards = [[run.name for run in take_shard(whole, Shard(k, of)).scenarios] for k in range(1, of + 1)]
    assert sorted(name for shard in shards for name in shard) == sorted(names)
    assert all(shard == sorted(shard, key=names.index) for shard in shards)


def test_the_shards_of_sr91_are_within_three_percent_of_each_other() -> None:
    whole = load_battery("sr91")
    loads = [sum(map(run_cost, take_shard(whole, Shard(k, 5)).scenarios)) for k in range(1, 6)]
    assert max(loads) / min(loads) < 1.03


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2", ""])
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="--shard takes i/n"):
        parse_shard(text)


def test_more_shards_than_runs_are_refused() -> None:
    with pytest.raises(ValueError, match="tried has only 2 runs"):
        take_shard(battery(60, 60), Shard(1, 3))


def test_the_record_tells_of_the_whole_and_its_digest_of_every_scenario() -> None:
    record = shard_record(battery(60, 120), Shard(1, 2))
    assert (record["index"], record["of"], record["runs"]) == (1, 2, ["r0", "r1"])
    assert record["digest"] != shard_record(battery(60, 121), Shard(1, 2))["digest"]
