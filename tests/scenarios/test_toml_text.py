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
        'x = "b" # c\n' + "a." * 200_000 + "a = 1",
        "[a." + "a." * 20 + "a]\n" + "b." * 20 + "b = 1",
    ],
)
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_toml_text(text)


DOTS = "a." * (MOST_DEPTH + 1) + "a"


@pytest.mark.parametrize(
    "text",
    [
        f'a = "{"one. two, " * MOST_DEPTH}"',
        f'a = "{DOTS}"',
        f"a = '{DOTS}'",
        f'a = "\\"{DOTS}"',
        f'a = """one "\n{DOTS}"""',
        f"a = '''it's\n{DOTS}'''",
        f"a = 1 # {DOTS}",
        f"# it's\na = 1 # {DOTS}",
    ],
)
def test_dots_in_texts_and_comments_are_no_keys(text: str) -> None:
    assert list(parse_toml_text(text)) == ["a"]


# A tenth of a second each; the limit of a test's time ends one in which every beginning is tried to the end.
@pytest.mark.parametrize(
    "text", ['a = """' + '\\"""' * 100_000, 'a = "' + '\\"' * 200_000, "'\n" * 200_000, '"""a' * 100_001]
)
def test_texts_that_never_end_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"Unterminated|Illegal|at line"):
        parse_toml_text(text)


def test_broken_text_is_refused_with_its_line() -> None:
    with pytest.raises(ValueError, match="line 2"):
        parse_toml_text("a = 1\nb = ?")
