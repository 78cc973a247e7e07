"""What records keep of their detectors, and in what two records differ."""

import base64

import pytest

from detectors.catalogue import fingerprint
from detectors.faults.fault_catalogue import fault_fingerprint
from harness.records.recorded_detectors import (
    fingerprint_in,
    fingerprints_text,
    other_detectors,
    recorded_detectors,
    short,
)
from harness.records.run_order import PackedMask
from scenarios.errors import UserError

MASK = PackedMask(name="conservation", file=base64.b64encode(b"ratio = 1").decode())


def test_a_text_of_parameters_has_the_fingerprint_of_its_file() -> None:
    record = recorded_detectors({"snd": "gain = 1", "trees": None}, None)
    assert record["fingerprints"] == {
        "snd": fingerprint("snd", b"gain = 1.0  # the same"),
        "trees": fingerprint("trees"),
    }


def test_a_mask_is_kept_with_its_fingerprint() -> None:
    record = recorded_detectors({"silent": None}, MASK)
    assert record["mask"] == MASK.model_dump()
    assert record["mask_fingerprint"] == fault_fingerprint("conservation", b"ratio = 1")


def test_a_mask_s_file_that_is_not_base64_is_refused() -> None:
    with pytest.raises(UserError, match="mask iris: its file must be base64"):
        recorded_detectors({"silent": None}, PackedMask(name="iris", file="?"))


def test_equal_records_do_not_differ() -> None:
    record = recorded_detectors({"snd": None, "coin": None}, MASK)
    assert other_detectors(record, record) == ()


def test_every_difference_is_told() -> None:
    before = recorded_detectors({"snd": "gain = 1", "coin": None, "apid": "x = 1"}, None)
    now = recorded_detectors({"snd": "gain = 2", "coin": None, "apid": "x = 2"}, MASK)
    assert other_detectors(before, now) == (
        f"snd: other model or parameters ({short(fingerprint_in(before, 'snd'))} -> {short(fingerprint_in(now, 'snd'))})",
        f"apid: other model or parameters ({short(fingerprint_in(before, 'apid'))} -> {short(fingerprint_in(now, 'apid'))})",
        f"another mask (none -> {MASK.text})",
    )


def test_a_mask_s_file_with_another_comment_is_the_same_mask() -> None:
    other = PackedMask(name="conservation", file=base64.b64encode(b"ratio = 1  # mine").decode())
    assert other_detectors(recorded_detectors({"coin": None}, MASK), recorded_detectors({"coin": None}, other)) == ()


@pytest.mark.parametrize(
    ("text", "now", "told"),
    [
        ("gain = 1", "gain = 1", ()),
        ("gain = 1", "gain = 2", ("snd: other parameters",)),
        ("a = 1", None, ("snd: other parameters",)),
    ],
)
def test_the_parameters_decide_where_an_older_record_has_them(
    text: str, now: str | None, told: tuple[str, ...]
) -> None:
    older = {"detectors": ["snd"], "parameters": {"snd": text}}
    assert other_detectors(older, recorded_detectors({"snd": now}, None)) == told


def test_an_older_record_of_a_shipped_model_differs_from_a_known_one() -> None:
    (told,) = other_detectors(
        {"detectors": ["snd"], "parameters": {"snd": None}}, recorded_detectors({"snd": None}, None)
    )
    assert told == f"snd: the older results do not say which model made them (unknown -> {fingerprint('snd')[:12]})"


def test_two_older_records_do_not_differ_where_their_parameters_agree() -> None:
    older = {"detectors": ["snd"], "parameters": {"snd": None}}
    assert other_detectors(older, older) == ()


def test_a_record_without_fingerprints_has_no_text_of_them() -> None:
    assert (fingerprints_text({}), fingerprint_in({}, "snd"), short("")) == ("", "", "unknown")
