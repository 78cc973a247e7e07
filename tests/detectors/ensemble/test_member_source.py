"""Members as detectors: with the parameters that an ensemble was calibrated with, and no others."""

import pytest

from detectors.ensemble.ensemble_parameters import Member
from detectors.ensemble.member_source import build_member
from detectors.fingerprints import fingerprint_of
from scenarios.errors import PluginError
from tests.detectors.ensemble.toy_members import CORRIDOR, OCCUPANCY, RUNS, entry_of, occupancy, source_of

SOURCE = source_of(OCCUPANCY)
LEVELS = {1.0: 0.2, 10.0: 0.1}


def member(file: str | None, name: str = "occupancy", of: str | None = None) -> Member:
    made_by = file if of is None else of
    return Member(name, file, fingerprint_of(name, made_by.encode() if made_by else None, (1.0,)), LEVELS)


def test_a_member_without_a_file_has_the_parameters_that_ship() -> None:
    score = build_member(member(None), CORRIDOR, SOURCE, "e.json").step(RUNS[0].frames[0]).score
    assert score == pytest.approx(RUNS[0].frames[0].occupancy[:-1, 0])


def test_a_member_with_a_file_has_those_in_it() -> None:
    score = build_member(member('{"gain": 3.0}'), CORRIDOR, SOURCE, "e.json").step(RUNS[0].frames[0]).score
    assert score == pytest.approx(3.0 * RUNS[0].frames[0].occupancy[:-1, 0])


@pytest.mark.parametrize("changed", [member(None, of='{"gain": 2.0}'), member('{"gain": 3.0}', of='{"gain": 2.0}')])
def test_other_parameters_than_those_calibrated_with_are_refused(changed: Member) -> None:
    words = r"e\.json: member 'occupancy': wanted the parameters .*calibrate the ensemble again"
    with pytest.raises(ValueError, match=words):
        build_member(changed, CORRIDOR, SOURCE, "e.json")


def test_an_unknown_member_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"e\.json: member 'occupncy': no detector .*did you mean 'occupancy'"):
        build_member(member(None, "occupncy"), CORRIDOR, SOURCE, "e.json")


def test_a_file_that_does_not_fit_is_told_without_a_temporary_path() -> None:
    with pytest.raises(ValueError, match=r"^e\.json: member 'occupancy': gain: wanted, but missing$"):
        build_member(member("{}"), CORRIDOR, SOURCE, "e.json")


def test_a_plug_in_that_fails_is_named_as_a_member() -> None:
    def build(*_: object) -> None:
        raise PluginError("detector 'mine' of package 'theirs' failed: ValueError")

    source = source_of(entry_of("mine", occupancy))
    source = type(source)(source.entry, build, source.fingerprint)  # type: ignore[arg-type]
    with pytest.raises(PluginError, match=r"e\.json: member 'mine': detector 'mine' of package 'theirs' failed"):
        build_member(member(None, "mine"), CORRIDOR, source, "e.json")
