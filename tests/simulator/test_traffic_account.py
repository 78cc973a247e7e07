"""Lost vehicles, and which of SUMO's messages are told."""

from dataclasses import replace

import pytest

from simulator.traffic_account import SumoMessages, TrafficAccount

ACCOUNT = TrafficAccount(planned=430, departed=213, arrived=200, on_road=13, waiting=10, messages=())


def test_planned_vehicles_that_neither_departed_nor_wait_are_lost() -> None:
    assert ACCOUNT.lost == 207


def test_nothing_is_known_to_be_lost_where_the_plan_is_open() -> None:
    assert replace(ACCOUNT, planned=None).lost is None


def test_a_difference_within_the_rounding_of_flows_is_no_loss() -> None:
    assert replace(ACCOUNT, planned=225, rounding=2).lost == 0
    assert replace(ACCOUNT, planned=222).lost == 0


def test_warnings_are_counted_over_all_kinds() -> None:
    kinds = tuple(SumoMessages("warning", str(count), count, "") for count in (3, 4))
    assert replace(ACCOUNT, messages=kinds).warnings == 7


@pytest.mark.parametrize(
    ("level", "kind", "told"),
    [
        ("warning", "Route file should be sorted", True),
        ("warning", "Vehicle '%' performs emergency braking on lane '%'", False),
        ("warning", "Vehicle '%'; collision with vehicle '%'", False),
        ("error", "Vehicle '%' performs emergency braking", True),
    ],
)
def test_what_single_drivers_do_is_counted_and_not_told(level: str, kind: str, told: bool) -> None:
    assert SumoMessages("error" if level == "error" else "warning", kind, 1, "").shown_to_user is told
