import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.service.site.toml_lines import line_of, toml_lines

TEXT = '''# a service
works = "works.toml"
[web]
host = "127.0.0.1" # [store]
names = [
    "a",  # port = 1
    "b",
]

[[corridor]]
"folder" = """
[web]
port = 7
"""
time.zone = "UTC"
[[corridor.detector]]
name = 'x = 1'
[[corridor.detector]]
aim = 1
[[corridor]]
[[corridor.detector]]
name = "y"
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("works",), 2),
        (("web",), 3),
        (("web", "host"), 4),
        (("web", "names"), 5),
        (("corridor", 0), 10),
        (("corridor", 0, "folder"), 11),
        (("corridor", 0, "time", "zone"), 15),
        (("corridor", 0, "detector", 0, "name"), 17),
        (("corridor", 0, "detector", 1, "aim"), 19),
        (("corridor", 1), 20),
        (("corridor", 1, "detector", 0, "name"), 22),
    ],
)
def test_a_key_is_found_in_its_line(place: tuple[int | str, ...], line: int) -> None:
    assert toml_lines(TEXT)[place] == line


@pytest.mark.parametrize(
    ("place", "line"), [(("corridor", 1, "folder"), 20), (("web", "names", 1), 5), (("store", "url"), 1), ((), 1)]
)
def test_what_has_no_line_is_found_at_the_nearest_around_it(place: tuple[int | str, ...], line: int) -> None:
    assert line_of(toml_lines(TEXT), place) == line


def test_nothing_inside_of_texts_and_comments_is_a_key() -> None:
    assert ("web", "port") not in toml_lines(TEXT)
    assert ("store",) not in toml_lines(TEXT)


def leaves(tables: Any, place: tuple[int | str, ...] = ()) -> set[tuple[int | str, ...]]:
    """Places of all keys in parsed tables, into arrays of tables."""
    if isinstance(tables, dict):
        return {inner for key, value in tables.items() for inner in ({(*place, key)} | leaves(value, (*place, key)))}
    if isinstance(tables, list) and tables and all(isinstance(each, dict) for each in tables):
        return {inner for k, each in enumerate(tables) for inner in leaves(each, (*place, k))}
    return set()


KEYS = st.sampled_from(["a", "b-c", '"d.e"', "'f'"])
VALUES = st.sampled_from(["1", "'x # y'", '"[a]\\n = 2"', '"""\nb-c = 1\n"""', "[1,\n 2]", "['[', ']']", "{ }"])
TABLES = st.lists(
    st.tuples(st.sampled_from(["[[s]]", "[[s.t]]", "[[u]]"]), st.dictionaries(KEYS, VALUES, max_size=3)), max_size=5
)


@settings(max_examples=100, deadline=None)
@given(TABLES)
def test_every_key_that_the_parser_finds_has_the_line_it_stands_in(
    tables: list[tuple[str, dict[str, str]]],
) -> None:
    parts = ["[[s]]\n", *(f"{head}\n" + "".join(f"{k} = {v}\n" for k, v in keys.items()) for head, keys in tables)]
    text = "".join(parts)
    lines = toml_lines(text)
    for place in leaves(tomllib.loads(text)):
        if isinstance(place[-1], str) and place not in (("s",), ("u",)) and place[-1] != "t":
            assert tomllib.loads(text.splitlines()[lines[place] - 1].split("=")[0] + "= 1") == {place[-1]: 1}
