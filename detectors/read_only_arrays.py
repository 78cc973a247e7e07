"""Results whose arrays nobody can write to."""

import numpy as np


class ReadOnlyArrays:
    """Base of frozen, slotted dataclasses: makes their arrays read-only as they are, without copies (a result owns its arrays)."""

    __slots__: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
