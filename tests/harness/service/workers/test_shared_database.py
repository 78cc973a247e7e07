"""The database that workers share."""

import pytest

from harness.service.workers.shared_database import open_shared
from scenarios.errors import UserError


@pytest.mark.parametrize("database", ["live.db", "sqlite:////srv/live.db"])
def test_a_file_is_refused_in_one_line(database: str) -> None:
    with pytest.raises(
        UserError, match=r'wanted database = "postgresql\+psycopg://USER@HOST/NAME" under \[store\], got the file'
    ) as caught:
        open_shared(database)
    assert "\n" not in str(caught.value)
