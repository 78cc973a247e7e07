"""The ensemble in the catalogue: what ships, and what its options may name."""

from importlib import import_module
from pathlib import Path

import pytest

from detectors.catalogue import DETECTORS, build, fingerprint, member_source
from detectors.contract_traffic import CORRIDOR, traffic
from detectors.ensemble.ensemble_detector import EnsembleDetector
from detectors.ensemble.ensemble_entry import DEFAULT_MEMBERS, EnsembleChoice, ensemble_choice
from detectors.ensemble.ensemble_file import read_ensemble
from detectors.ensemble.member_source import MEMBER_AIM
from scenarios.errors import UserError


def test_members_that_ship_with_the_ensemble_have_the_parameters_it_was_calibrated_with() -> None:
    source = member_source()
    for member in read_ensemble(None).members:
        made_by = None if member.file is None else member.file.encode()
        assert source.fingerprint(member.name, made_by, MEMBER_AIM) == member.fingerprint


def test_an_ensemble_with_another_member_s_parameters_has_another_fingerprint(tmp_path: Path) -> None:
    shipped = DETECTORS["ensemble"].shipped
    assert shipped is not None
    text = shipped(1.0).read_text(encoding="utf-8")
    first = read_ensemble(None).members[0]
    (tmp_path / "e.json").write_text(text.replace(first.fingerprint, "0" * 64), encoding="utf-8")
    assert fingerprint("ensemble", tmp_path / "e.json") != fingerprint("ensemble")
    with pytest.raises(UserError, match=f"member '{first.name}': wanted the parameters that the ensemble was"):
        build("ensemble", CORRIDOR, tmp_path / "e.json")


def test_the_ensemble_says_which_members_it_heard() -> None:
    detector = build("ensemble", CORRIDOR)
    assert isinstance(detector, EnsembleDetector)
    for frame in traffic():
        decision = detector.step(frame)
    assert detector.evidence.time_s == decision.time_s
    assert detector.evidence.margins.shape == (3, len(read_ensemble(None).members))
    assert "members agree: " in " ".join(detector.evidence.text(section) for section in range(3))


def test_default_members_are_in_the_catalogue_and_can_be_calibrated_with_it() -> None:
    assert set(DEFAULT_MEMBERS) <= DETECTORS.own


def test_without_options_the_default_members_are_tried_with_both_methods() -> None:
    choice = ensemble_choice()
    assert [name for name, _ in choice.members] == list(DEFAULT_MEMBERS)
    assert choice.methods == ("majority", "stacked")


def test_members_are_named_between_commas_with_their_files(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text("{}", encoding="utf-8")
    assert ensemble_choice(f"ewma, mlp={file}", "stacked") == EnsembleChoice(
        (("ewma", None), ("mlp", file)), ("stacked",)
    )


@pytest.mark.parametrize(
    ("members", "method", "words"),
    [
        ("ewma,,snd", None, "--members: wanted NAME or NAME=FILE between commas, got ''"),
        ("ewma,snd=", None, "--members: wanted NAME or NAME=FILE between commas, got 'snd='"),
        ("ewma", None, "wanted 2 to 50 members, got 1"),
        ("ewma,ensemble", None, "an ensemble cannot be a member of an ensemble"),
        ("=mine.json", None, "--members: wanted NAME or NAME=FILE"),
        ("ewma,snd=nowhere.toml", None, r"--members: no such parameter file of snd: nowhere\.toml"),
        (None, "voting", "--method: wanted majority or stacked, got 'voting'"),
    ],
)
def test_options_that_name_nothing_are_refused(members: str | None, method: str | None, words: str) -> None:
    with pytest.raises(UserError, match=words):
        ensemble_choice(members, method)


def test_a_list_of_detectors_does_not_load_what_only_calibration_needs() -> None:
    assert not hasattr(import_module("detectors.ensemble.ensemble_entry"), "calibrate_ensemble")
