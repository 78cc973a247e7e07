"""Files are read one after the other, and a watcher is told how many, while it watches."""

from simulator.formats.watched_files import each_watched, tell_watch, watching


def test_a_watcher_is_told_of_every_file_and_of_the_end() -> None:
    told: list[tuple[int, int]] = []
    with watching(lambda done, total: told.append((done, total))):
        assert list(each_watched("ab")) == ["a", "b"]
    assert told == [(0, 2), (1, 2), (2, 2)]


def test_nobody_is_told_after_the_block() -> None:
    told: list[int] = []
    with watching(lambda done, total: told.append(done)):
        pass
    assert list(each_watched("ab")) == ["a", "b"]
    assert told == []


def test_files_that_were_read_before_are_left_out_and_count_as_done() -> None:
    told: list[tuple[int, int]] = []
    with watching(lambda done, total: told.append((done, total))):
        assert list(each_watched("abc", first=2)) == ["c"]
        tell_watch(50, 100)
    assert told == [(2, 3), (3, 3), (50, 100)]
