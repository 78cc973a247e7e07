import pytest

from harness.service.web.service_condition import conditions, store_words


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({"last_frame_s": 60.0, "behind_s": 0.0}, "live"),
        ({"last_frame_s": 60.0, "behind_s": 59.0}, "live"),
        ({"last_frame_s": 60.0, "behind_s": 60.0}, "behind"),
        ({"last_frame_s": 60.0, "behind_s": 900.0, "blind_since_s": 30.0}, "blind"),
        ({"last_frame_s": None}, "waiting"),
        ({"last_frame_s": float("nan")}, "waiting"),
        ({}, "waiting"),
        ("nonsense", "waiting"),
    ],
)
def test_what_is_not_known_is_never_live(told: object, state: str) -> None:
    assert conditions({"corridors": {"a4": told}}, ["a4"])[0]["state"] == state


def test_a_corridor_that_the_status_leaves_out_is_waiting() -> None:
    assert conditions({}, ["a4"])[0]["state"] == "waiting"


def test_failed_detectors_are_named() -> None:
    told = {"detectors": {"sequential": {"state": "failed"}, "california": {"state": "ok"}}}
    assert conditions({"corridors": {"a4": told}}, ["a4"])[0]["failed_detectors"] == ["sequential"]


def test_a_store_that_answers_is_not_spoken_of() -> None:
    assert store_words({"store": {"state": "ok"}}) == store_words({}) == ""
    assert store_words({"store": {"state": "gone since 08:14"}}) == "gone since 08:14"
