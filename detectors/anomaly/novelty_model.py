"""What a learned anomaly detector is made of: a model of normal rows, which says how unlike them a row is.

A **row** is what is known of one section after one frame, as `section_table` has it, in standard deviations from the mean of the
rows that the model was trained on. A model sees nothing else: no time, no section, no threshold. It is trained with a library
where it needs one, and runs on numpy alone.
"""

from collections.abc import Callable
from typing import Any, Protocol

from simulator.frame import Array


class NoveltyModel(Protocol):
    """A trained model of normal rows."""

    @property
    def features(self) -> int:
        """F, the numbers of a row."""
        ...

    def novelty(self, rows: Array) -> Array:
        """Return (R,) how unlike the training rows each of the finite rows (R, F) is, higher is less like them.

        A model of sequences takes (R, T, F), of T frames in order.
        """
        ...

    def parts(self, rows: Array) -> Array:
        """Return (R, F) how far each feature is from what the model holds for normal there, in standard deviations, signed."""
        ...

    def to_json(self) -> dict[str, Any]:
        """Return what a file holds of the model; its `NoveltySchema` reads it back."""
        ...


class NoveltySchema(Protocol):
    """A model as a file holds it, checked: a `detectors.file_schema.FileSchema` with this method."""

    def trained(self) -> NoveltyModel:
        """Return the model."""
        ...


Train = Callable[[Array, int], NoveltyModel]
"""`train(rows, seed)`: the model of the finite standardised rows (R, F), or (R, T, F) for sequences; the same for the same seed."""
