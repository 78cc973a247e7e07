"""What recordings share: a planted recording is its source but for some frames."""

import numpy as np

from harness.studies.placement.shared_frames import WHOLE, Digests, Share, shares_of

SOURCE = np.arange(100, 110, dtype=np.int64)


def changed(*rows: int) -> Digests:
    own = SOURCE.copy()
    own[list(rows)] += 1000
    return own


def test_a_planted_recording_is_its_source_up_to_its_incident_and_counts_from_its_onset() -> None:
    source, planted = shares_of([SOURCE, changed(4, 5)], (0, 3), (0, 7))
    assert source == Share(WHOLE, 0, 10, 0)
    assert planted == Share(parent=0, start=4, stop=7, counted=3)


def test_without_the_source_what_the_first_recording_has_counts_there_alone() -> None:
    shares = shares_of([changed(2), changed(6), changed(8)], (2, 6, 8), (3, 7, 9))
    assert [share.parent for share in shares] == [WHOLE, 0, 1]
    assert shares[1] == Share(parent=0, start=2, stop=7, counted=6)  # frames 3 to 5 are those of the first
    assert (shares[2].start, shares[2].stop, shares[2].counted) == (6, 9, 8)


def test_a_recording_of_another_day_is_replayed_and_counted_whole() -> None:
    assert shares_of([SOURCE, SOURCE + 500], (0, 0), (0, 0))[1] == Share(WHOLE, 0, 10, 0)


def test_a_recording_is_replayed_as_far_as_another_one_needs() -> None:
    longer = np.append(changed(2), 110)
    first, second = shares_of([SOURCE[:4], SOURCE], (0, 0), (0, 0))
    assert (first.stop, second.parent, second.start, second.stop) == (4, 0, 4, 10)
    assert shares_of([SOURCE, longer], (0, 2), (0, 3))[1].stop == 11


def test_the_same_recording_given_twice_adds_nothing() -> None:
    same = shares_of([SOURCE, SOURCE], (0, 0), (0, 0))[1]
    assert same.start == same.stop == same.counted == 10
