"""A state as bytes and back, exact to the bit; nothing but numbers and our own classes comes out of the bytes.

A database is not trusted to run code here: the unpickler knows a list of names and refuses all others. Of our rooms, and of a
plug-in's package, it knows the classes that are defined where they are named; of numpy what arrays, scalars and generators of
random numbers need.
"""

import importlib
import io
import pickle
from collections.abc import Collection
from typing import Any

from scenarios.errors import UserError

ROOMS = ("scenarios", "simulator", "detectors", "harness")
PROTOCOL = 5
"""Protocol of pickle. It keeps whether an array may be written to, and the order of its axes."""
_KNOWN = frozenset(
    {
        ("builtins", "set"),
        ("builtins", "frozenset"),
        ("builtins", "complex"),
        ("builtins", "slice"),
        ("builtins", "range"),
        ("builtins", "bytearray"),
        ("collections", "deque"),
        ("collections", "OrderedDict"),
        ("collections", "Counter"),
        ("numpy", "dtype"),
        ("numpy", "ndarray"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "scalar"),
        ("numpy._core.numeric", "_frombuffer"),
        ("numpy.random._pickle", "__bit_generator_ctor"),
        ("numpy.random._pickle", "__generator_ctor"),
        ("numpy.random._pcg64", "PCG64"),
        ("numpy.random.bit_generator", "SeedSequence"),
        ("numpy.random.bit_generator", "__pyx_unpickle_SeedSequence"),
    }
)
"""Names outside our rooms that states of the detectors hold. None of them runs code that the bytes choose."""


def pack_state(state: object) -> bytes:
    """Return a state as bytes. Raises what pickle raises for an object that cannot be packed, such as a lambda."""
    return pickle.dumps(state, PROTOCOL)


def unpack_state(content: bytes, packages: Collection[str] = ()) -> Any:
    """Return the state in `content`; `packages` are those of plug-ins. Raises UserError for what `pack_state` does not make.

    >>> unpack_state(pack_state({"frames": (1, 2)}))
    {'frames': (1, 2)}
    """
    try:
        return _Unpacker(content, packages).load()
    except UserError:
        raise
    except Exception as error:  # a damaged pickle raises whatever it likes
        raise UserError(f"no state of a corridor: {type(error).__name__}: {error}") from error


class _Unpacker(pickle.Unpickler):
    def __init__(self, content: bytes, packages: Collection[str]) -> None:
        super().__init__(io.BytesIO(content))
        self._rooms = frozenset((*ROOMS, *packages))

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _KNOWN:
            return super().find_class(module, name)
        if module.partition(".")[0] in self._rooms:
            found: Any = importlib.import_module(module)
            for part in name.split("."):
                found = getattr(found, part)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise UserError(f"no state of a corridor: it names {module}.{name}, which no detector holds")
