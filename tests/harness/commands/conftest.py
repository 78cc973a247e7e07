"""Commands of these tests leave their pictures blank."""

from collections.abc import Iterator

import pytest

from tests.harness.blank_pictures import blank_pictures


@pytest.fixture(scope="module", autouse=True)
def blank() -> Iterator[None]:
    """Pictures of the right size without a drawing: nine tenths of a short replay's time, and tests of figures draw them."""
    with blank_pictures():
        yield
