from pathlib import Path

import pytest

from harness.service.web.access_tokens import (
    MAY,
    Role,
    Tokens,
    new_token,
    read_tokens,
    token_entry,
    tokens_in,
)
from scenarios.errors import UserError


def test_a_new_token_is_known_by_its_entry_in_a_file_and_the_file_does_not_hold_it(tmp_path: Path) -> None:
    secret, token = new_token('the "night" shift', Role.OPERATE)
    file = tmp_path / "tokens.toml"
    file.write_text(token_entry(token), encoding="utf-8")
    person = read_tokens(file).person(secret)
    assert person is not None
    assert (person.name, person.roles) == ('the "night" shift', frozenset({Role.VIEW, Role.OPERATE}))
    assert secret not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("guess", ["", "x", "x" * 43, "x" * 10_000, "\udc80" * 43])
def test_another_token_is_nobody(guess: str) -> None:
    assert Tokens((new_token("a", Role.ADMIN)[1],)).person(guess) is None


def test_the_same_secret_is_kept_differently_each_time() -> None:
    first, second = (tokens_in(f"a:view:{'s' * 30}").known[0] for _ in range(2))
    assert first.digest != second.digest


def test_a_feed_may_not_view_and_a_viewer_may_not_operate() -> None:
    assert Role.VIEW not in MAY[Role.FEED]
    assert Role.OPERATE not in MAY[Role.VIEW]
    assert MAY[Role.ADMIN] == set(Role)


def test_tokens_of_the_environment() -> None:
    tokens = tokens_in(f"anna:operate:{'a' * 20}, loops:feed:{'b' * 20}:x")
    person = tokens.person("b" * 20 + ":x")
    assert person is not None
    assert person.name == "loops"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("anna:operate", "wanted name:role:token"),
        (f"anna:king:{'a' * 20}", "wanted one of view, operate, feed, admin"),
        ("anna:view:secret", "wanted 20 to 200 characters, got 6"),
    ],
)
def test_a_wrong_environment_is_told_without_the_secret(text: str, wanted: str) -> None:
    with pytest.raises(UserError, match=wanted) as told:
        tokens_in(text)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("[[token]", "wanted TOML"),
        ("port = 1", "wanted .*token.* entries alone"),
        ('[[token]]\nname = "a"', "token 1: wanted the texts"),
        ('[[token]]\nname = "a"\nrole = "view"\nhash = "secret"', "is it the token itself"),
        (f'[[token]]\nname = "a"\nrole = "king"\nhash = "s:{"0" * 64}"', "wanted one of"),
        (f'[[token]]\nname = ""\nrole = "view"\nhash = "s:{"0" * 64}"', "wanted a name"),
    ],
)
def test_a_wrong_file_is_told_with_its_entry(tmp_path: Path, content: str, wanted: str) -> None:
    file = tmp_path / "tokens.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=wanted):
        read_tokens(file)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        read_tokens(tmp_path / "none.toml")
