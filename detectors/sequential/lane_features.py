"""Evidence of a blocked lane in numbers that mean the same on every road: innovations against the site's normal.

    frame --> reading --> expectation of what passed upstream --> innovations of counts, totals, lane shares
                     '--> speeds and occupancies against the lane's own normal, both stations and the next ones
          --> sums over windows of 30 to 240 s, each over its standard deviation --> (N, L, F) evidence per lane of a section

A count's innovation over a window is r = sum(D - D^), its standard deviation sqrt(phi sum(D^) + 1/2). A lane's share of its
station is judged by the multinomial's sqrt(H (1 - H) N), a speed by sqrt(V's variance / n + noise). Occupancy counts as
vehicles it would be at normal speed, o / g; where no occupancy is measured, vehicles x normal speed / speed.
A lane loses its traffic at once, but nobody knows since when: two cumulative sums (Page 1954) remember it, one of the Poisson
log likelihood ratio of a flow fallen to LOST_TO of what is expected, one of the speed's fall beyond one standard deviation.
Nothing here tells how long the detector has been running, nor does anything learned so slowly that it would: a learner
takes the hour at which simulated incidents come for evidence. No number here needs calibration; what they say together is the
trained likelihood's business (model_file.py).
"""

from collections import deque

import numpy as np

from detectors.sequential.arrivals import Expectation, expect
from detectors.sequential.frame_readings import Reading, lanes_of, mean_speed, read
from detectors.sequential.site_normal import DELAY_S, SPEED_NOISE, Lesson, SiteNormal
from detectors.sequential.window_sums import Windows, frames_in
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame

LOST_TO = 0.35  # of a blocked lane's flow is left, in the cumulative sum
SUSPICION = 6.0  # of the cumulative sum in any lane: the section does not teach what is normal
FULL = 25.0  # a cumulative sum stops here, so that it falls again when the lane flows again
REFERENCE_S = 30.0  # rates and travel times are given per 30 s, whatever the period


def beside(values: Array, has: Flags) -> Array:
    """(R, L) mean of the lanes beside each lane, of those that exist; 0 where there are none."""
    padded = np.zeros((values.shape[0], values.shape[1] + 2))
    there = np.zeros(padded.shape)
    padded[:, 1:-1], there[:, 1:-1] = np.where(has, values, 0.0), has
    total, lanes = padded[:, :-2] + padded[:, 2:], there[:, :-2] + there[:, 2:]
    return np.asarray(total / np.maximum(lanes, 1.0))


def most_beside(values: Array, has: Flags) -> Array:
    """(R, L) the greatest of the lanes beside each lane; 0 where there are none."""
    padded = np.full((values.shape[0], values.shape[1] + 2), -np.inf)
    padded[:, 1:-1] = np.where(has, values, -np.inf)
    most = np.maximum(padded[:, :-2], padded[:, 2:])
    return np.where(np.isfinite(most), most, 0.0)


def over_lanes(values: Array, has: Flags) -> Array:
    """(R,) mean over the lanes that exist."""
    return np.asarray(np.where(has, values, 0.0).sum(axis=1) / np.maximum(has.sum(axis=1), 1))


class EvidenceOfLanes:
    """The evidence of every lane of every section, frame by frame; what it leaves behind is readable until the next frame.

    `normal`: the site's normal; `expectation`, `reading`: this frame's; `lost` (N, L): the cumulative sum of lost flow.
    """

    def __init__(self, corridor: Corridor) -> None:
        self._has = lanes_of(corridor)
        self._period_s = corridor.period_s
        self.length_m: Array = np.diff([station.position_m for station in corridor.stations])
        self.normal = SiteNormal(self._has, corridor.period_s)
        self.windows = Windows(corridor.period_s)
        self._lessons: deque[Lesson] = deque()
        self._suspect = np.zeros(len(self.length_m))
        self._speed = np.full(len(self._has), np.nan)
        self._free_speed = np.zeros(len(self._has))
        self._frames = 0
        self.lost = np.zeros(self._has[1:].shape)
        self._slowed = np.zeros(self._has[1:].shape)
        self.names: tuple[str, ...] = ()

    def step(self, frame: LoopFrame) -> tuple[Array, Flags]:
        """(N, L, F) the evidence after `frame`, and (N, L) where there is any to judge."""
        self._learn()
        normal = self.normal
        self.reading = reading = read(frame, self._has, normal.use)
        self._follow_speeds(reading)
        self.windows.add({"vehicles": reading.vehicles, "total": reading.total})
        self.expectation = expected = expect(
            self.windows.all("vehicles"),
            self.windows.all("total"),
            reading.known,
            self._speed,
            self.length_m,
            self._period_s,
            normal,
        )
        self._remember(reading, expected)
        features = self._features(reading, expected)
        self._frames += 1
        judged = self._has[1:] & self._has[:-1] & (reading.known[1:] | reading.known[:-1])
        return features, judged

    def excess_density_veh(self) -> Array:
        """(N,) vehicles beyond normal in each section, were the density of its two stations all there is between them."""
        counted, speed = self.reading.vehicles, self.normal.speed
        excess = np.where(self.reading.known, self.windows.newest("occupied") - counted, 0.0) / speed / self._period_s
        at_station = excess.sum(axis=1)
        reporting = np.asarray(self.reading.known.any(axis=1))
        both = reporting[:-1] & reporting[1:]
        return np.where(both, self.length_m * (at_station[:-1] + at_station[1:]) / 2, np.nan)

    def between(self, section: int) -> Array:
        """(L,) vehicles in each lane of a section, were the density of its two stations all there is between them."""
        occupied = self.windows.sum("occupied", REFERENCE_S) / self.normal.speed / REFERENCE_S
        return np.asarray(self.length_m[section] * (occupied[section] + occupied[section + 1]) / 2)

    def _learn(self) -> None:
        """Let the frame teach that is old enough, where no suspicion rose since; in a young run sooner, to start at all."""
        self._suspect = np.maximum(self._suspect - 1, 0)
        self._suspect[(self.lost > SUSPICION).any(axis=1)] = frames_in(DELAY_S, self._period_s)
        while len(self._lessons) > min(frames_in(DELAY_S, self._period_s), (self._frames + 1) // 2):
            self.normal.learn(self._lessons.popleft(), self._suspect > 0)
        self.normal.refresh()

    def _follow_speeds(self, reading: Reading) -> None:
        """Smooth the stations' mean speeds; where nobody passes they return to normal."""
        normal, quiet = self.normal.station_speed, np.isnan(reading.mean)
        half = 0.5 ** (self._period_s / REFERENCE_S)
        before = np.where(np.isnan(self._speed), normal if self._frames == 0 else self._speed, self._speed)
        seen = np.where(quiet, normal, reading.mean)
        rate = np.where(quiet, 0.2 * (1 - half), 1 - half) if self._frames else np.where(quiet, 0.0, 1.0)
        self._speed = before + rate * (seen - before)
        fading = self._free_speed * (1 - 0.0005 * self._period_s / REFERENCE_S)
        self._free_speed = np.maximum(fading, np.minimum(normal, self._speed + 5))

    def _remember(self, reading: Reading, expected: Expectation) -> None:
        """Add this frame's innovations to the windows and the cumulative sums."""
        normal = self.normal
        error = reading.count[1:] - expected.lane
        known = np.isfinite(error)
        expected_lane = np.where(known, np.nan_to_num(expected.lane), 0.0)
        total_error = reading.total[1:] - expected.total
        whole = np.isfinite(total_error)
        left = np.nan_to_num(reading.count[1:]) * np.log(LOST_TO) + (1 - LOST_TO) * expected_lane
        ratio = np.where(known, left / np.maximum(normal.noise, 0.6)[:, None], 0.0)
        self.lost = np.clip(self.lost + ratio, 0.0, FULL)
        slow = np.where(np.isnan(reading.speed), normal.speed, reading.speed)
        as_normal = np.where(
            np.isfinite(reading.occupancy),
            reading.occupancy / np.maximum(normal.occupied, 1e-9),
            reading.vehicles * normal.speed / np.maximum(slow, 2.0),
        )
        share_error = reading.count[1:] - normal.use[1:] * reading.total[1:, None]
        self.windows.replace_newest(
            {
                "vehicles": reading.vehicles,
                "total": reading.total,
                "total_known": np.nan_to_num(reading.total),
                "timed": reading.timed,
                "metres": reading.metres,
                "occupied": np.nan_to_num(as_normal),
                "error": np.where(known, error, 0.0),
                "expected": expected_lane,
                "total_error": np.nan_to_num(total_error),
                "total_expected": np.where(whole, np.nan_to_num(expected.total), 0.0),
                "share_error": np.nan_to_num(share_error),
            }
        )
        even_known = known & reading.known[:-1]
        self._lessons.append(
            Lesson(
                reading,
                expected.passed,
                expected.lane,
                expected.total,
                np.where(even_known, expected.own - expected.even, np.nan),
                np.where(even_known, reading.count[1:] - expected.even, np.nan),
            )
        )

    def _slow(self, seconds: float, ago_s: float = 0.0) -> Array:
        """(S, L) standardised mean speed over a window; 0 where nobody passed."""
        timed = self.windows.sum("timed", seconds, ago_s)
        mean = self.windows.sum("metres", seconds, ago_s) / np.maximum(timed, 1e-9)
        sd = np.sqrt(self.normal.variance / np.maximum(timed, 1.0) + SPEED_NOISE)
        return np.where(timed > 0, np.clip((mean - self.normal.speed) / sd, -12.0, 12.0), 0.0)

    def _excess(self, seconds: float) -> Array:
        """(S, L) standardised occupancy beyond that of the vehicles counted at normal speed."""
        counted = self.windows.sum("vehicles", seconds)
        sd = np.sqrt(counted + seconds / REFERENCE_S)
        return np.clip((self.windows.sum("occupied", seconds) - counted) / sd, -5.0, 30.0)

    def _relative_speed(self, seconds: float, ago_s: float, otherwise: Array) -> Array:
        """(S,) station's mean speed over a window relative to free flow."""
        mean = mean_speed(self.windows.sum("metres", seconds, ago_s), self.windows.sum("timed", seconds, ago_s))
        return np.where(np.isnan(mean), otherwise, mean / np.maximum(self._free_speed, 5.0))

    def _features(self, reading: Reading, expected: Expectation) -> Array:
        normal, window, has = self.normal, self.windows, self._has
        up, down = has[:-1], has[1:]
        sections, lanes = down.shape
        noise = normal.noise[:, None]
        count = {
            w: window.sum("error", w) / np.sqrt(noise * window.sum("expected", w) + 0.5) for w in (30, 60, 90, 150, 240)
        }
        total = {
            w: window.sum("total_error", w) / np.sqrt(normal.noise_total * window.sum("total_expected", w) + 1)
            for w in (30, 60, 120, 240)
        }
        use_down, use = normal.use[1:], normal.use
        spread = use_down * (1 - use_down)
        share = {
            w: window.sum("share_error", w) / np.sqrt(spread * window.sum("total_known", w)[1:, None] + 0.3)
            for w in (30, 60, 120, 240)
        }
        share_up = {
            w: (window.sum("vehicles", w) - use * window.sum("total_known", w)[:, None])
            / np.sqrt(use * (1 - use) * window.sum("total_known", w)[:, None] + 0.3)
            for w in (30, 90)
        }
        speed = {w: self._slow(w) for w in (30, 60, 120)}
        before = self._slow(90, 120)
        self._slowed = np.clip(self._slowed - (speed[30][1:] + 1) * self._period_s / REFERENCE_S, 0.0, 30.0)
        excess = {w: self._excess(w) for w in (30, 90)}
        occupied = window.sum("occupied", 60) / 2
        now = self._relative_speed(60, 0.0, self._speed / np.maximum(self._free_speed, 5.0))
        past = self._relative_speed(120, 90, now)
        station_excess = np.clip(
            (window.sum("occupied", 60) - window.sum("vehicles", 60)).sum(axis=1)
            / np.sqrt(window.sum("vehicles", 60).sum(axis=1) + 4),
            -5.0,
            40.0,
        )
        section = np.arange(sections)
        before_up, after_down = np.maximum(section - 1, 0), np.minimum(section + 2, sections)
        first = (section == 0)[:, None]
        of_lost = self.lost.max(axis=1)
        edge = (np.arange(lanes)[None, :] == 0) | (np.arange(lanes)[None, :] == down.sum(axis=1)[:, None] - 1)
        per_30 = REFERENCE_S / self._period_s

        def flat(values: Array) -> Array:
            return np.broadcast_to(values[:, None], (sections, lanes))

        columns = {
            **{f"count_{w}": z for w, z in count.items()},
            **{f"count_beside_{w}": beside(count[w], down) for w in (30, 90, 240)},
            "count_most_beside_90": most_beside(count[90], down),
            **{f"total_{w}": flat(z) for w, z in total.items()},
            **{f"share_{w}": z for w, z in share.items()},
            **{f"share_up_{w}": z[:-1] for w, z in share_up.items()},
            "lost": self.lost,
            "lost_beside": beside(self.lost, down),
            "lost_section_up": np.where(first, 0.0, flat(of_lost[before_up])),
            "lost_lane_up": np.where(first, 0.0, self.lost[before_up]),
            "total_up_120": np.where(first, 0.0, flat(total[120][before_up])),
            "slowed": self._slowed,
            **{f"speed_{w}": z[1:] for w, z in speed.items()},
            "speed_before": before[1:],
            **{f"speed_beside_{w}": beside(speed[w][1:], down) for w in (60, 120)},
            "speed_station": flat(over_lanes(speed[60][1:], down)),
            **{f"speed_up_{w}": z[:-1] for w, z in speed.items()},
            "speed_up_before": before[:-1],
            "speed_up_beside": beside(speed[60][:-1], up),
            "speed_up_station": flat(over_lanes(speed[60][:-1], up)),
            **{f"excess_{w}": z[1:] for w, z in excess.items()},
            "excess_beside": beside(excess[90][1:], down),
            **{f"excess_up_{w}": z[:-1] for w, z in excess.items()},
            "excess_up_beside": beside(excess[90][:-1], up),
            "occupied": occupied[1:] * per_30,
            "occupied_up": occupied[:-1] * per_30,
            "occupied_beside": beside(occupied[1:], down) * per_30,
            "occupied_up_beside": beside(occupied[:-1], up) * per_30,
            "relative_up": flat(now[:-1]),
            "relative_down": flat(now[1:]),
            "relative_before_up": flat(now[before_up]),
            "relative_after_down": flat(now[after_down]),
            "relative_past_up": flat(past[:-1]),
            "relative_past_down": flat(past[1:]),
            "relative_past_after_down": flat(past[after_down]),
            "station_excess_up": flat(station_excess[:-1]),
            "station_excess_down": flat(station_excess[1:]),
            "station_excess_before_up": flat(station_excess[before_up]),
            "station_excess_after_down": flat(station_excess[after_down]),
            "last": flat((section == sections - 1).astype(np.float64)),
            "flow": np.nan_to_num(expected.lane) * per_30,
            "flow_station": flat(window.sum("total_expected", 90) / 3 / np.maximum(down.sum(axis=1), 1)),
            "arrived_60": window.sum("error", 60) + window.sum("expected", 60),
            "kept": np.log(
                (window.sum("error", 120) + window.sum("expected", 120) + 0.5) / (window.sum("expected", 120) + 0.5)
            ),
            "travel": flat(expected.periods / per_30),
            "use": use_down,
            "length": flat(np.log(self.length_m / 800.0)),
            "lanes": flat(down.sum(axis=1).astype(np.float64)),
            "edge": edge.astype(np.float64),
            "free": flat(normal.station_speed[1:] / np.maximum(self._free_speed[1:], 5.0)),
        }
        if not self.names:
            self.names = tuple(columns)
        return np.stack([np.broadcast_to(column, (sections, lanes)) for column in columns.values()], axis=-1)
