"""PyTorch for training: repeatable within, nothing changed after it, and a clear message where it is missing."""

import sys
from typing import Any

import pytest

from detectors.calibration.pytorch import THREADS, pytorch, repeatable


@pytest.fixture(scope="module")
def torch() -> Any:
    return pytest.importorskip("torch", reason="needs PyTorch: pip install 'laneblock[deep]'")


def test_random_numbers_come_from_the_seed(torch: Any) -> None:
    drawn = []
    for seed in (1, 1, 2):
        with repeatable(torch, seed):
            drawn.append(torch.rand(3).tolist())
    assert (drawn[0] == drawn[1], drawn[0] == drawn[2]) == (True, False)


def test_sums_have_one_order(torch: Any) -> None:
    with repeatable(torch, 1):
        assert torch.get_num_threads() == THREADS


def test_after_an_error_threads_and_random_numbers_are_the_callers_again(torch: Any) -> None:
    def fail() -> None:
        with repeatable(torch, 1):
            torch.rand(3)
            raise KeyError

    state, threads = torch.random.get_rng_state(), torch.get_num_threads()
    with pytest.raises(KeyError):
        fail()
    assert (torch.equal(torch.random.get_rng_state(), state), torch.get_num_threads()) == (True, threads)


def test_the_module_is_pytorch(torch: Any) -> None:
    assert pytorch() is torch


def test_without_pytorch_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match=r"pip install 'laneblock\[deep\]'"):
        pytorch()
