"""Base of what is learned of a site: names its arrays, which are its memory (`detectors.site_memory`)."""

from typing import ClassVar

import numpy as np

from detectors.site_memory import Memory
from simulator.frame import Array


class RememberedArrays:
    """`remembered` names the attributes that are arrays of fixed shape and all that is learned for longer than minutes."""

    remembered: ClassVar[tuple[str, ...]] = ()

    def memory(self) -> dict[str, Array]:
        """Return copies of the arrays."""
        return {name: np.array(getattr(self, name), dtype=np.float64) for name in self.remembered}

    def recall(self, memory: Memory) -> None:
        """Begin with the arrays of `memory`."""
        for name in self.remembered:
            setattr(self, name, np.array(memory[name], dtype=np.float64, order="F"))
