"""Figures that are made and laid on pages, but not drawn: for tests of what stands around them.

What a figure shows, and that it can be drawn, is tested where it is made (`tests/harness/reporting`, the pages of each study).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import pytest
from matplotlib.figure import Figure


@contextmanager
def blank_pictures() -> Iterator[None]:
    """Let figures be saved as black pixels of their size."""

    def save(figure: Figure, file: IO[bytes], **_: object) -> None:
        width, height = figure.canvas.get_width_height()
        file.write(bytes(4 * width * height))

    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(Figure, "savefig", save)
        yield
