"""JSON files of records: whatever is no plain object is one message that names the file."""

from pathlib import Path

import pytest

from scenarios.errors import UserError
from simulator.recording import json_file
from simulator.recording.json_file import read_object


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": NaN}', "NaN is not JSON"),
        ('{"a": -Infinity}', "-Infinity is not JSON"),
        ('{"a": 1e999}', "1e999 is too large"),
        (f'{{"a": {"9" * 400}}}', "a whole number of 400 digits is too large"),
        ('{"a": "\\ud800"}', "a text in it is not Unicode"),
        ("[" * 100_000, "broken JSON"),
        ("", "broken JSON"),
        ("[]", "wanted an object, got list"),
    ],
)
def test_what_is_no_json_object_is_one_message(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "record.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=words) as refused:
        read_object(path)
    assert str(refused.value).startswith(f"{path}: ")


def test_an_escaped_pair_of_surrogates_is_text(tmp_path: Path) -> None:
    (tmp_path / "record.json").write_text('{"a": "\\ud83d\\ude97"}', encoding="utf-8")
    assert read_object(tmp_path / "record.json") == {"a": "🚗"}


def test_a_huge_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_file, "MOST_BYTES", 10)
    (tmp_path / "record.json").write_text('{"a": "bcdefgh"}', encoding="utf-8")
    with pytest.raises(UserError, match="wanted at most 0 MB"):
        read_object(tmp_path / "record.json")


def test_a_mark_of_byte_order_at_the_beginning_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("\ufeff{}", encoding="utf-8")
    assert read_object(tmp_path / "a.json") == {}
