"""PyTorch, which only training uses: the one import of it, and the settings under which training is repeatable."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from scenarios.errors import MissingExtraError

THREADS = 1
"""Threads of a training. Chosen: sums in another number of threads have another order, and the same seed another model."""


def pytorch() -> Any:
    """Return the module. Raises MissingExtraError naming the extra where it is missing."""
    try:
        return import_module("torch")
    except ImportError:
        raise MissingExtraError(
            "training needs PyTorch: pip install 'laneblock[deep]' "
            "(without a GPU, PyTorch's own build for CPUs, installed first, is much smaller)"
        ) from None


@contextmanager
def repeatable(torch: Any, seed: int) -> Iterator[None]:
    """Within, random numbers come from `seed` and sums have one order. The caller's random state and threads are restored."""
    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        torch.set_num_threads(THREADS)
        try:
            yield
        finally:
            torch.set_num_threads(threads)
