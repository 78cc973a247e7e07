"""A detector's file with thresholds of sections: all else stays as written."""

import json
import tomllib

from detectors.calibration.feedback_file import with_feedback
from detectors.calibration.section_thresholds import SectionThreshold, SectionThresholds

LEARNED = SectionThresholds(
    corridor='a "road"', sections=[SectionThreshold(upstream="a", downstream="b", threshold=11.25)]
)
TOML = """detector = "snd"

[parameters]
memory_s = 300.0

[provenance]
version = "1"
method = "grid"

[normal]
corridor = "road"
"""


def test_toml_keeps_its_other_lines_and_gets_the_table() -> None:
    text = with_feedback(TOML, ".toml", {"version": "2"}, LEARNED)
    content, before = tomllib.loads(text), tomllib.loads(TOML)
    assert content.pop("feedback") == LEARNED.model_dump()
    assert content == {**before, "provenance": {"version": "2", "method": "grid"}}


def test_toml_with_feedback_is_changed_and_not_added_to() -> None:
    once = with_feedback(TOML, ".toml", {"version": "2"}, LEARNED)
    assert with_feedback(once, ".toml", {"version": "2"}, LEARNED) == once


def test_toml_without_provenance_gets_some() -> None:
    content = tomllib.loads(with_feedback('detector = "snd"\n', ".toml", {"version": "1"}, LEARNED))
    assert content["provenance"] == {"version": "1"}


def test_json_keeps_its_numbers() -> None:
    text = '{\n"detector": "mlp",\n"thresholds": {"1": 0.1000000000000001},\n"provenance": {"version": "1", "method": "m"}\n}\n'
    content = json.loads(with_feedback(text, ".json", {"version": "2"}, LEARNED))
    assert content.pop("feedback") == LEARNED.model_dump()
    assert content == {**json.loads(text), "provenance": {"version": "2", "method": "m"}}
