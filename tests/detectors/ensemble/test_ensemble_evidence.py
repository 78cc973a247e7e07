"""Which members speak, and how far."""

import numpy as np
import pytest

from detectors.ensemble.ensemble_evidence import EnsembleEvidence

EVIDENCE = EnsembleEvidence(
    30.0,
    ("ewma", "mlp", "snd"),
    np.array([[0.5, np.nan, -2.0], [np.nan] * 3, [0.1, 0.2, 0.3]]),
    0.0,
    np.array([[0.5, 0.0, -2.0], [0.0] * 3, [0.1, 0.2, 0.3]]),
    "decades",
)


def test_confidence_is_the_share_of_members_that_agree() -> None:
    assert EVIDENCE.confidence == pytest.approx([0.5, np.nan, 1.0], nan_ok=True)


def test_the_text_names_members_by_how_far_they_speak() -> None:
    assert EVIDENCE.text(2) == "3 of 3 members agree: snd +0.3, mlp +0.2, ewma +0.1 decades"


def test_the_text_names_no_more_members_than_fit_on_a_line() -> None:
    many = EnsembleEvidence(
        30.0, tuple("abcde"), np.ones((1, 5)), 0.0, np.array([[1.0, 5.0, 2.0, 4.0, 3.0]]), "log odds"
    )
    assert many.text(0) == "5 of 5 members agree: b +5.0, d +4.0, e +3.0 log odds"


def test_the_text_says_who_abstains() -> None:
    assert EVIDENCE.text(0) == "1 of 2 members agree: ewma +0.5, snd -2.0 decades; mlp abstains"


def test_where_no_member_knows_anything_there_is_no_text() -> None:
    assert EVIDENCE.text(1) == ""


def test_evidence_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        EVIDENCE.margins[0, 0] = 0.0
