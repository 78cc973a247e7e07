"""Taiwan's VDLive minutes (2.0): the counts, occupancies and speeds of each detector's lanes.

A file like those before it is read by its layout; any other one, and one with a number that is none, by its parser, which says
what does not fit.
"""

import numpy as np

from scenarios.errors import UserError
from simulator.formats.feed_document import LARGEST, FeedDocument
from simulator.formats.feed_layouts import FeedLayouts
from simulator.formats.field_units import KMH_PER_MPS
from simulator.formats.gathered_roads import WITHOUT_READINGS
from simulator.formats.source_files import SourceFile
from simulator.formats.taiwan_vd_events import LiveDetector, LiveEvents
from simulator.formats.taiwan_vd_layout import LearnedDetector, LiveLayout, compose, learn_detector
from simulator.formats.taiwan_vd_readings import FAULTY, Detectors, lane_number, lane_values, status_is_faulty, time_of
from simulator.formats.xml_events import read_events

LIVE_PERIOD_S = 60.0


class LiveFiles:
    """Reads VDLive files, one after the other; what was learned of one serves the next."""

    def __init__(self, detectors: Detectors, left_out: dict[str, int]) -> None:
        self._detectors, self._left_out = detectors, left_out
        events = LiveEvents(lambda _: None)
        self._layouts: FeedLayouts[LearnedDetector, LiveLayout] = FeedLayouts(
            "VDLive", (events.begins, events.texts), learn_detector, compose
        )
        self._file, self._read = "", 0

    def add(self, file: SourceFile) -> None:
        """Add a file. Raises UserError naming file and detector for what does not fit."""
        read = self._layouts.read(file.content(LARGEST))
        if read is None or not self._add_all(*read):
            self._parse(file)

    def _add_all(self, layout: LiveLayout, document: FeedDocument) -> bool:
        """Add all detectors of a file; return whether each of them can be."""
        states = layout.states(document)
        if states is None:
            return False
        statuses, loops = states
        faulty = np.array([status_is_faulty(text) for text in statuses], dtype=np.bool_)
        values = layout.numbers(document, faulty)
        if values is None:
            return False
        try:
            ends_s = np.array([time_of(text, "") for text in document.texts(layout.times)])
        except UserError:
            return False
        count, occupancy, speed_kmh = values
        self._left_out[FAULTY] += int(faulty.sum())
        self._left_out.setdefault(WITHOUT_READINGS, 0)
        for name, lane in loops:
            self._detectors.note(name, lane)
        self._detectors.of(LIVE_PERIOD_S).add_each(
            loops, ends_s[layout.detector], count, occupancy / 100, speed_kmh / KMH_PER_MPS
        )
        return True

    def _parse(self, file: SourceFile) -> None:
        self._file, self._read = file.place, 0
        events = LiveEvents(self._add)
        for _ in read_events(file, events.begins, events.texts):
            pass
        events.end_detector()
        self._left_out[WITHOUT_READINGS] += not self._read

    def _add(self, detector: LiveDetector) -> None:
        name, time, status, lanes = detector
        self._read += 1
        place = f"{self._file}, detector {name or '?'}"
        if not name:
            raise UserError(f"{place}: VDID is missing")
        end_s = time_of(time, place)
        faulty = status_is_faulty(status)
        self._left_out[FAULTY] += faulty
        for text, occupancy, speed, volumes in lanes:
            lane = lane_number(text, 0, place)
            values = lane_values(volumes, occupancy, speed, faulty, f"{place}, lane {lane}")
            self._detectors.add(name, lane, LIVE_PERIOD_S, end_s, values)
