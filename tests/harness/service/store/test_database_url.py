"""Where a store is."""

import pytest

from harness.service.store.database_url import database_url
from scenarios.errors import UserError


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "got an empty text"),
        ("sqlite://", "wanted a file"),
        ("sqlite:///:memory:", "a store in memory survives nothing"),
        ("mysql://host/name", "got one of mysql://"),
        ("postgresql+asyncpg://host/name", r"got one of postgresql\+asyncpg://"),
        ("postgresql://host:port/name", "is the port a number"),
    ],
)
def test_what_is_no_place_for_a_store_is_refused(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        database_url(text)


def test_a_refused_url_does_not_tell_its_password() -> None:
    for text in ("mysql://me:secret@host/name", "postgresql://me:secret@host:port/name"):
        with pytest.raises(UserError) as caught:
            database_url(text)
        assert "secret" not in str(caught.value)
