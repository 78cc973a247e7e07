"""Poisson traffic made vehicle by vehicle, a lane blocked where asked (no car following), and a model to follow by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.sequential.estimates.queue_features import QUEUE_NAMES
from detectors.sequential.lane_feature_table import LANE_NAMES
from detectors.sequential.section_features import SECTION_NAMES
from detectors.sequential.sequential_model_file import Model
from detectors.tree_ensemble import TreeEnsemble
from detectors.tree_file import TreeFile
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

Road = Callable[..., Corridor]
Traffic = Callable[..., list[LoopFrame]]
Lanes = NDArray[np.int64]

SPEED_MPS, SPEED_SD_MPS = 28.0, 2.5
QUEUE_MPS, QUEUE_OCCUPANCY = 3.0, 0.45  # of the blocked lane at the station upstream of it, once the queue is there
QUEUE_BACK_S = 60.0
FEATURES = len(LANE_NAMES)
KEPT = 0.9  # of the vehicles keep their lane through a section
VEHICLE_AND_LOOP_M = 6.5

FILL_S = 600.0  # before the first frame, so that the road is full then


@pytest.fixture
def road() -> Road:
    return _road


@pytest.fixture
def traffic() -> Traffic:
    return _traffic


def _road(stations: int = 5, lanes: int = 3, period_s: float = 30.0) -> Corridor:
    return Corridor("road", period_s, tuple(Station(f"S{s}", 800.0 * s, lanes) for s in range(stations)))


def _traffic(
    corridor: Corridor,
    seconds: float,
    seed: int,
    flow: float = 1200.0,
    blocked: tuple[int, int, float, float] | None = None,
) -> list[LoopFrame]:
    """Frames of `seconds` at `flow` veh/h/lane; `blocked`: section, lane, from and until when [s]."""
    rng = np.random.default_rng(seed)
    stations, lanes, period_s = len(corridor.stations), corridor.lanes, corridor.period_s
    vehicles = int(rng.poisson(flow / 3600 * lanes * (seconds + FILL_S)))
    at_s = rng.uniform(-FILL_S, seconds, vehicles)
    lane: Lanes = rng.integers(lanes, size=vehicles)
    speed = rng.normal(SPEED_MPS, SPEED_SD_MPS, vehicles).clip(18.0, 38.0)
    count, metres, occupied = np.zeros((3, int(seconds / period_s), stations, lanes))
    for station in range(stations):
        if station:
            at_s = at_s + corridor.section_length_m(station - 1) / speed
            side: Lanes = rng.choice((-1, 1), vehicles)
            lane = np.where(rng.random(vehicles) < KEPT, lane, _beside(lane, side, lanes))
            if blocked is not None and blocked[0] == station - 1:
                turned = (lane == blocked[1]) & (at_s > blocked[2]) & (at_s < blocked[3])
                lane = np.where(turned, _beside(lane, side, lanes), lane)
        here = (at_s >= 0) & (at_s < len(count) * period_s)
        frame: Lanes = (at_s[here] / period_s).astype(np.int64)
        flat = np.ravel_multi_index((frame, np.full(frame.shape, station), lane[here]), count.shape)
        np.add.at(count.reshape(-1), flat, 1.0)
        np.add.at(metres.reshape(-1), flat, speed[here])
        np.add.at(occupied.reshape(-1), flat, VEHICLE_AND_LOOP_M / speed[here] / period_s)
    mean = np.where(count > 0, metres / np.maximum(count, 1.0), np.nan)
    if blocked is not None:
        section, stuck, from_s, until_s = blocked
        ends_s = period_s * np.arange(1, len(count) + 1)
        queued = (ends_s > from_s + QUEUE_BACK_S) & (ends_s < until_s)
        mean[queued, section, stuck] = np.where(count[queued, section, stuck] > 0, QUEUE_MPS, np.nan)
        occupied[queued, section, stuck] = QUEUE_OCCUPANCY
    return [LoopFrame(period_s * (k + 1), count[k], mean[k], np.minimum(occupied[k], 1.0)) for k in range(len(count))]


def _beside(lane: Lanes, side: Lanes, lanes: int) -> Lanes:
    """The lane on that side, or on the other one where the road ends."""
    beside = np.where((lane + side >= 0) & (lane + side < lanes), lane + side, lane - side)
    return np.clip(beside, 0, lanes - 1)


@pytest.fixture
def model() -> Model:
    """A model small enough to follow by hand: one leaf each, and a lane is blocked where its first feature is positive."""
    return Model(
        names=LANE_NAMES,
        lane=_leaf(FEATURES, 0.0),
        section=_leaf(len(SECTION_NAMES), 0.0),
        blocked=tree_ensemble(
            {
                "features": FEATURES,
                "baseline": 0.0,
                "depth": 1,
                "roots": [0],
                "feature": [0, 0, 0],
                "threshold": [0.0] * 3,
                "left": [1, 1, 2],
                "right": [2, 1, 2],
                "missing_left": [1, 0, 0],
                "value": [0.0, -1.0, 1.0],
            }
        ),
        onset=_leaf(FEATURES, 40.0),
        place=_leaf(FEATURES, 0.25),
        queue=_leaf(len(QUEUE_NAMES), 1.75),
        share=_leaf(len(QUEUE_NAMES), 0.5),
        first_trees=1,
        first_trees_limit=-5.0,
        thresholds={1.0: 3.0, 10.0: 1.0},
        platt=(1.0, -4.0),
        clearance_lag_s=50.0,
        provenance={"method": "by hand"},
    )


def tree_ensemble(written: dict[str, Any]) -> TreeEnsemble:
    return TreeEnsemble.from_file(TreeFile.model_validate(written))


def _leaf(features: int, value: float) -> TreeEnsemble:
    return tree_ensemble(
        {
            "features": features,
            "baseline": value,
            "depth": 0,
            "roots": [0],
            "feature": [0],
            "threshold": [0.0],
            "left": [0],
            "right": [0],
            "missing_left": [0],
            "value": [0.0],
        }
    )
