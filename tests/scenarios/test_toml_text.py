"""TOML text: what costs the parser minutes is refused before it is parsed."""

import pytest

from scenarios.toml_text import MOST_DEPTH, parse_toml_text


def test_keys_in_a_chain_are_tables_within_tables() -> None:
    assert parse_toml_text('a."b".c = 1') == {"a": {"b": {"c": 1}}}


@pytest.mark.parametrize(
    "text",
    [
        "a." * 200_000 + "a = 1",
        "[" + '"a" . ' * 200_000 + "a]",
        "a = " + "[" * 100_000,
        "a = " + "[" * 40 + "]" * 40,
        "[a." + "a." * 20 + "a]\n" + "b." * 20 + "b = 1",
    ],
)
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_toml_text(text)


def test_sentences_are_no_keys() -> None:
    assert parse_toml_text(f'a = "{"one. two, " * MOST_DEPTH}"')


def test_broken_text_is_refused_with_its_line() -> None:
    with pytest.raises(ValueError, match="line 2"):
        parse_toml_text("a = 1\nb = ?")
