"""Log of a run or of a twin: its frames, and observations made while SUMO stands at the end of each frame."""

from dataclasses import dataclass, field

from simulator.frame import LoopFrame
from simulator.sumo.queue_observation import LaneView


@dataclass
class RunLog:
    """Frames from time 0, warm-up included, and observations that loops cannot make.

    `in_system` holds, for each frame, the number of vehicles on the road or waiting to enter it. `views` holds the lanes at
    incident `i` at the end of the frame `time_s`, under the key (i, time_s), for the frames around the incident. `vehicles` holds,
    by time, a digest of all vehicles, for the frames in which a run and its twin must be the same. `own_views` holds the lanes at
    every place where vehicles of a user's own files stop, at the end of every frame.
    """

    frames: list[LoopFrame] = field(default_factory=list)
    in_system: list[int] = field(default_factory=list)
    views: dict[tuple[int, float], list[LaneView]] = field(default_factory=dict)
    vehicles: dict[float, str] = field(default_factory=dict)
    own_views: dict[tuple[int, float], list[LaneView]] = field(default_factory=dict)

    def add(self, frame: LoopFrame, in_system: int) -> None:
        """Note a frame and the number of vehicles at its end."""
        self.frames.append(frame)
        self.in_system.append(in_system)

    def up_to(self, time_s: float) -> "RunLog":
        """Return a log of the frames that end by `time_s`, without views."""
        kept = sum(frame.time_s <= time_s for frame in self.frames)
        return RunLog(self.frames[:kept], self.in_system[:kept])

    def recorded(self, warm_up_s: float) -> list[LoopFrame]:
        """Return the frames after the warm-up."""
        return [frame for frame in self.frames if frame.time_s > warm_up_s]
