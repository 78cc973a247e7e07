"""Warnings on traffic: one sentence for each kind, over all runs."""

from dataclasses import replace

from harness.reporting.traffic_notices import message_kinds, own_file_notes, traffic_notices
from simulator.traffic_account import SumoMessages, TrafficAccount

GOOD = TrafficAccount(planned=300, departed=300, arrived=250, on_road=50, waiting=0, messages=())
IGNORED = SumoMessages(
    "warning",
    "Route file should be sorted by departure time, ignoring '%'!",
    149,
    "Route file should be sorted by departure time, ignoring 'd0'!",
)
UNSORTED = replace(GOOD, departed=151, arrived=106, on_road=45, messages=(IGNORED,))


def test_traffic_as_planned_has_no_notice() -> None:
    assert traffic_notices({"a": GOOD, "recording": None}) == ()


def test_lost_vehicles_are_told_with_their_number_and_runs() -> None:
    lost, _ = traffic_notices({"a": GOOD, "b": UNSORTED, "c": UNSORTED})
    assert lost == (
        "Traffic is lost: 298 of 600 planned vehicles never departed, in 2 of 3 runs (b, c). The figures are of less traffic "
        "than planned."
    )


def test_vehicles_ignored_in_many_runs_are_one_sentence() -> None:
    notices = traffic_notices({f"run-{number}": UNSORTED for number in range(54)})
    assert len(notices) == 2
    assert notices[1].startswith("Unsorted route file: SUMO ignored 8046 vehicles, in 54 of 54 runs (run-0, run-1, ")


def test_an_empty_road_is_told() -> None:
    notices = traffic_notices({"night": TrafficAccount(0, 0, 0, 0, 0, ())})
    assert notices == ("No traffic: no vehicle departed in run night.",)


def test_vehicles_that_wait_are_told_where_they_are_many() -> None:
    jammed, short = replace(GOOD, departed=100, waiting=200), replace(GOOD, departed=290, waiting=10)
    assert traffic_notices({"short": short}) == ()
    (notice,) = traffic_notices({"jammed": jammed, "short": short})
    assert notice.startswith(
        "Traffic could not enter: 200 vehicles still waited to depart at the end, in 1 of 2 runs (jammed)"
    )


def test_other_messages_are_quoted_once_with_their_number() -> None:
    odd = SumoMessages("warning", "No successor of '%'", 12, "No successor of 'm1'")
    fault = SumoMessages("error", "Another type '%' exists", 1, "Another type 'car' exists")
    notices = traffic_notices({"a": replace(GOOD, messages=(odd, fault)), "b": replace(GOOD, messages=(odd,))})
    assert notices == (
        "SUMO gave a warning 24 times, in 2 of 2 runs (a, b). The first: \"No successor of 'm1'\"",
        "SUMO gave an error once, in 1 of 2 runs (a): \"Another type 'car' exists\"",
    )


def test_hard_braking_is_counted_and_not_told() -> None:
    braking = SumoMessages(
        "warning", "Vehicle '%' performs emergency braking", 3, "Vehicle 'a' performs emergency braking"
    )
    accounts = {"a": replace(GOOD, messages=(braking,))}
    assert traffic_notices(accounts) == ()
    assert [kind.count for kind in message_kinds(accounts)] == [3]


def test_a_note_on_own_files_that_costs_no_figure_is_no_warning() -> None:
    accounts = {"a": replace(GOOD, notes=("loop 'x' is left out",)), "b": GOOD}
    assert traffic_notices(accounts) == ()
    assert own_file_notes(accounts) == ("Own network: loop 'x' is left out, in 1 of 2 runs (a).",)


def test_a_note_after_which_figures_are_unknown_is_a_warning() -> None:
    accounts = {"a": replace(GOOD, notes=("twin not exact: it differs",))}
    assert traffic_notices(accounts) == ("Own network: twin not exact: it differs.",)
    assert own_file_notes(accounts) == ()
