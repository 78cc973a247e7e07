"""What a figure shows, for tests of pictures."""

import numpy as np
from matplotlib.lines import Line2D


def points_of(line: Line2D) -> list[tuple[float, float]]:
    """The points of a line, as plain numbers."""
    return [(float(x), float(y)) for x, y in np.column_stack([line.get_xdata(), line.get_ydata()]).astype(float)]
