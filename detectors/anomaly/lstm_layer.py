r"""A layer of long short-term memory, evaluated with numpy (Hochreiter and Schmidhuber 1997; Gers, Schmidhuber and Cummins 2000).

For an input x (F,) a step, with a state h and a cell c of H units, both 0 before the first step:

.. math::

    (i, f, g, o) &= U^T x_t + V^T h_{t-1} + b      && (4H) \\
    c_t &= s(f)\, c_{t-1} + s(i) \tanh g, \qquad h_t = s(o) \tanh c_t, \qquad s(y) = (1 + \tanh \tfrac{y}{2}) / 2

The order of the gates is PyTorch's. Numbers are single precision, as PyTorch's are: twice as fast, and the same to 1e-5.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from detectors.file_arrays import Matrix, Weights
from detectors.file_schema import FileSchema, misfit
from simulator.frame import Array

Single = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class LstmLayer:
    """U: `inputs` (F, 4H); V: `recurrent` (H, 4H); b: `bias` (4H,)."""

    inputs: Array
    recurrent: Array
    bias: Array

    @property
    def units(self) -> int:
        """H."""
        return len(self.recurrent)

    def states(self, inputs: Iterator[Single], rows: int) -> Iterator[Single]:
        """Give h (R, H) after each step, for the inputs (R, F) of the steps in order."""
        units = self.units
        # s(y) is a tanh of half its argument, so that one call does all four gates.
        halved = np.full(4 * units, 0.5, dtype=np.float32)
        halved[2 * units : 3 * units] = 1.0
        by_input, by_state = single(self.inputs * halved), single(self.recurrent * halved)
        bias = single(self.bias * halved)
        state, cell = np.zeros((2, rows, units), dtype=np.float32)
        before, entered = None, np.empty(0, dtype=np.float32)
        for each in inputs:
            if each is not before:  # the decoder's input is the same at each step
                entered, before = each @ by_input + bias, each
            gates = state @ by_state
            gates += entered
            np.tanh(gates, out=gates)
            enter, keep, new, leave = np.split(gates, 4, axis=1)
            for gate in (enter, keep, leave):
                gate *= np.float32(0.5)
                gate += np.float32(0.5)
            cell = keep * cell + enter * new
            state = leave * np.tanh(cell)
            yield state

    def to_json(self) -> dict[str, Any]:
        """Return the layer for `LstmLayerFile`."""
        return {name: getattr(self, name).tolist() for name in ("inputs", "recurrent", "bias")}


class LstmLayerFile(FileSchema):
    """A layer as a file holds it."""

    inputs: Matrix
    recurrent: Matrix
    bias: Weights

    @model_validator(mode="after")
    def _fits(self) -> Self:
        units = len(self.recurrent)
        for name, columns in (("inputs", self.inputs.shape[1]), ("recurrent", self.recurrent.shape[1])):
            if columns != 4 * units:
                raise misfit(f".{name}", f"wanted {4 * units} columns, four for each row of recurrent, got {columns}")
        if len(self.bias) != 4 * units:
            raise misfit(".bias", f"wanted {4 * units} numbers, four for each row of recurrent, got {len(self.bias)}")
        return self

    def trained(self) -> LstmLayer:
        """Return the layer."""
        return LstmLayer(self.inputs, self.recurrent, self.bias)


def single(values: Array) -> Single:
    """Return the values in single precision."""
    return np.asarray(values, dtype=np.float32)
