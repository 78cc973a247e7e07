"""Trees as TOML and JSON read back equal, and tokens stand as they are."""

import json
import tomllib

import pytest

from tests.robustness.tree_text import AGAIN, Token, json_text, toml_text

TREE = {
    "name": 'a "b" \n',
    "numbers": [1, 2.5, -0.5],
    "table": {"deep": {"x": 1}},
    "rows": [{"a": 1}, {"a": 2, "b": [[0]]}],
}


def test_toml_reads_back_equal() -> None:
    assert tomllib.loads(toml_text(TREE)) == TREE


def test_json_reads_back_equal() -> None:
    assert json.loads(json_text(TREE)) == TREE


def test_a_token_stands_as_it_is() -> None:
    assert json_text({"a": [Token("1e400")]}) == '{"a": [1e400]}'


def test_a_key_may_be_there_twice() -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(toml_text({"a": 1, f"a{AGAIN}": 1}))
