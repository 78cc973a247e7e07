"""What other periods than the tried ones mean for a detector is said; of tried ones nothing is."""

import pytest

from detectors.catalogue import DETECTORS
from harness.scoring.tried_periods import period_text

BOTH = [DETECTORS[name] for name in ("california7", "trees", "mlp", "pnn", "lstm_autoencoder")]


@pytest.mark.parametrize("period_s", [20.0, 30.0, 60.0])
def test_periods_that_were_tried_need_no_word(period_s: float) -> None:
    assert period_text(period_s, BOTH) == ""


def test_long_frames_delay_alarms_and_stretch_windows_that_count_frames() -> None:
    text = period_text(300.0, BOTH)
    assert text.startswith("frames of 300 s: shipped parameters are for 30 s and were tried on 20 to 60 s")
    assert "no alarm comes before a frame's end, up to 5 min after the onset" in text
    assert text.endswith(
        "; trees looks back 4 frames, here 20 min; mlp, pnn look back 5 frames, here 25 min; "
        "lstm_autoencoder looks back 24 frames, here 120 min"
    )


def test_short_frames_delay_nothing() -> None:
    assert "no alarm comes before" not in period_text(10.0, BOTH)
