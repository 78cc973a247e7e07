"""Metrics in the format of Prometheus, in a registry of their own: the web server's, and the service's by its status."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from harness.service.web.api_json import finite_or_none
from harness.service.web.service_view import ServiceView
from scenarios.errors import MachineError

GAUGES = {
    "uptime_s": ("uptime_seconds", "Time since the service started"),
    "buffered_readings": ("buffered_readings", "Readings that wait for their frame to close"),
    "mean_processing_s": ("frame_processing_seconds", "Mean time to decide on a frame"),
    "incidents_last_hour": ("incidents_last_hour", "Incidents opened in the last hour"),
}
COUNTERS = {
    "readings_total": ("readings", "Readings taken"),
    "frames_total": ("frames", "Frames decided on"),
    "incidents_total": ("incidents", "Incidents opened"),
    "late_readings_total": ("late_readings", "Readings dropped because their frame was closed"),
    "frames_shed_total": ("frames_shed", "Frames not decided on, under overload"),
}
CORRIDOR_GAUGES = {
    "last_frame_s": ("corridor_last_frame_seconds", "End of the last frame, on the corridor's clock"),
    "last_frame_wall_s": ("corridor_last_frame_wall_seconds", "When the last frame was decided on, since 1970 UTC"),
    "behind_s": ("corridor_behind_seconds", "How late frames are"),
    "missing_loops": ("corridor_missing_loops", "Loops without data in the last frame"),
}
"""Names in the status, and the metric that each becomes (with the prefix `laneblock_`)."""


Channels = Callable[[], Mapping[str, Mapping[str, Any]]]
"""Returns channels and receivers of pushes by name: their `state`, and the number of `messages` by where they stand."""


class WebMetrics:
    """Counts of one web server. `channels`: what sends messages, none where nothing does."""

    def __init__(self, view: ServiceView, channels: Channels = dict) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "laneblock_http_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "laneblock_http_request_seconds", "Time to answer a request", ["route"], registry=self.registry
        )
        self.readings = Counter(
            "laneblock_pushed_readings", "Readings pushed over HTTP", ["result"], registry=self.registry
        )
        self.cut = Counter(
            "laneblock_subscribers_cut", "Streams ended because nothing was taken", registry=self.registry
        )
        self.subscribers = Gauge("laneblock_subscribers", "Streams open", registry=self.registry)
        self.registry.register(_StatusCollector(view))
        self.registry.register(_ChannelCollector(channels))

    def text(self) -> bytes:
        """Return all metrics as Prometheus reads them."""
        return generate_latest(self.registry)


class _StatusCollector(Collector):
    def __init__(self, view: ServiceView) -> None:
        self._view = view

    def describe(self) -> Iterator[Metric]:
        # Without it the registry would ask for the status, and so the store, while the server starts.
        return iter(())

    def collect(self) -> Iterator[Metric]:
        status = self._view.status()
        for key, (name, words) in GAUGES.items():
            if (value := finite_or_none(status.get(key))) is not None:
                yield GaugeMetricFamily(f"laneblock_{name}", words, value=value)
        for key, (name, words) in COUNTERS.items():
            if (value := finite_or_none(status.get(key))) is not None:
                yield CounterMetricFamily(f"laneblock_{name}", words, value=value)
        corridors: Mapping[str, Mapping[str, Any]] = status.get("corridors") or {}
        for key, (name, words) in CORRIDOR_GAUGES.items():
            family = GaugeMetricFamily(f"laneblock_{name}", words, labels=["corridor"])
            for corridor, told in corridors.items():
                if (value := finite_or_none(told.get(key))) is not None:
                    family.add_metric([corridor], value)
            yield family
        blind = GaugeMetricFamily(
            "laneblock_corridor_blind", "1 where incidents cannot be detected", labels=["corridor"]
        )
        for corridor, told in corridors.items():
            blind.add_metric([corridor], float(told.get("blind_since_s") is not None))
        yield blind


class _ChannelCollector(Collector):
    def __init__(self, channels: Channels) -> None:
        self._channels = channels

    def describe(self) -> Iterator[Metric]:
        return iter(())

    def collect(self) -> Iterator[Metric]:
        failing = GaugeMetricFamily("laneblock_channel_failing", "1 where the last try failed", labels=["channel"])
        messages = GaugeMetricFamily(
            "laneblock_channel_messages", "Messages in the outbox", labels=["channel", "state"]
        )
        try:
            channels = self._channels()
        except MachineError:  # without the database all other metrics are there still
            return
        for name, told in channels.items():
            failing.add_metric([name], float(told["state"] != "ok"))
            for state, count in told["messages"].items():
                messages.add_metric([name, state], count)
        yield from (failing, messages)
