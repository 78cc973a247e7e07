"""Shares of workers: fair, stable, and with few changes."""

from hypothesis import given
from hypothesis import strategies as st

from harness.service.store.lease_table import LeaseRow
from harness.service.workers.fair_share import shares

Held = dict[str, str]


def rows(workers: list[str], held: Held) -> list[LeaseRow]:
    present = [LeaseRow(f"worker/{name}", name, 1, 5.0) for name in workers]
    return present + [LeaseRow(f"corridor/{name}", worker, 1, 5.0) for name, worker in held.items()]


def settled(workers: list[str], corridors: list[str], held: Held) -> tuple[Held, int]:
    """Let all workers look in turn until none does anything; return who holds what, and how many changes there were."""
    changes = 0
    for _ in range(3 * len(corridors) + 3):
        quiet = True
        for worker in workers:
            todo = shares(worker, rows(workers, held), corridors)
            for name in todo.give:
                del held[name]
                changes, quiet = changes + 1, False
            for name in todo.take[: todo.room]:
                held[name] = worker
                changes, quiet = changes + 1, False
        if quiet:
            return held, changes
    raise AssertionError("the workers never settle")


def test_a_worker_alone_takes_all() -> None:
    todo = shares("a", rows(["a"], {}), ["north", "south"])
    assert (sorted(todo.take), todo.room, todo.give) == (["north", "south"], 2, ())


def test_nothing_is_taken_of_a_worker_that_lives_and_all_of_one_that_is_dead() -> None:
    held = rows(["a", "b"], {"north": "b"})
    assert shares("a", held, ["north"]).take == ()
    dead = [LeaseRow(row.name, row.owner, row.epoch, -0.1 if row.owner == "b" else row.left_s) for row in held]
    assert shares("a", dead, ["north"]).take == ("north",)


def test_a_released_lease_is_free() -> None:
    assert shares("a", [LeaseRow("corridor/north", "", 3, -5.0)], ["north"]).take == ("north",)


def test_what_is_left_over_stays_with_those_that_hold_it() -> None:
    held = {"c1": "b", "c2": "b", "c3": "b", "c4": "a", "c5": "a"}
    for worker in ("a", "b"):
        assert shares(worker, rows(["a", "b"], held), list(held)).give == ()


def test_corridors_that_the_site_does_not_have_count_for_nothing() -> None:
    held = rows(["a", "b"], {"gone": "b"})
    assert shares("a", held, ["north", "south"]).room == 1


names = st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=5, unique=True)


@given(names, st.integers(0, 12), st.data())
def test_from_any_state_workers_settle_on_fair_shares(workers: list[str], count: int, data: st.DataObject) -> None:
    corridors = [f"c{k}" for k in range(count)]
    owners = st.sampled_from([*workers, None])
    drawn = {name: data.draw(owners) for name in corridors}
    held, _ = settled(workers, corridors, {name: owner for name, owner in drawn.items() if owner is not None})
    counts = [list(held.values()).count(worker) for worker in workers]
    assert sorted(held) == sorted(corridors)
    assert max(counts) - min(counts) <= 1


@given(names, st.integers(1, 12))
def test_a_new_worker_is_given_its_share_and_no_more_changes_hands(workers: list[str], count: int) -> None:
    corridors = [f"c{k}" for k in range(count)]
    held, _ = settled(workers, corridors, {})
    before = dict(held)
    after, changes = settled([*workers, "new"], corridors, held)
    moved = sum(after[name] != before[name] for name in corridors)
    assert moved == list(after.values()).count("new") == count // (len(workers) + 1)
    assert changes == 2 * moved
