import gzip
import io
from pathlib import Path

import pytest

from scenarios.errors import UserError
from scenarios.files.bounded_gzip import BYTES_ALWAYS_READ, BoundedGzip


def written(path: Path, content: bytes, times: int = 1, level: int = 9) -> Path:
    with gzip.open(path, "wb", compresslevel=level) as file:
        for _ in range(times):
            file.write(content)
    return path


def test_returns_what_was_written(tmp_path: Path) -> None:
    path = written(tmp_path / "a.gz", b"time_s,station\n30,S0\n")
    with path.open("rb") as stream, BoundedGzip(path, stream) as file:
        assert file.read() == b"time_s,station\n30,S0\n"


def test_returns_lines_of_text(tmp_path: Path) -> None:
    path = written(tmp_path / "a.gz", b"time_s,station\n30,S0\n")
    with path.open("rb") as stream, BoundedGzip(path, stream) as file, io.TextIOWrapper(file, "utf-8") as text:
        assert list(text) == ["time_s,station\n", "30,S0\n"]


@pytest.mark.parametrize("size", [-1, 1 << 16])
def test_refuses_a_file_that_expands_beyond_the_bound(tmp_path: Path, size: int) -> None:
    path = written(tmp_path / "bomb.gz", b"0" * (1 << 20), times=(BYTES_ALWAYS_READ >> 20) * 2)
    with path.open("rb") as stream, BoundedGzip(path, stream) as file, pytest.raises(UserError, match=r"bomb\.gz"):
        list(iter(lambda: file.read(size), b""))


def test_reads_a_large_file_that_is_compressed_as_text_is(tmp_path: Path) -> None:
    line = b"".join(b"%d,S%d,0,%d,0.05,28.1\n" % (k * 30, k % 40, k * 7919 % 23) for k in range(50_000))
    times = BYTES_ALWAYS_READ // len(line) + 2
    path = written(tmp_path / "large.csv.gz", line, times, level=1)
    size = 0
    with path.open("rb") as stream, BoundedGzip(path, stream) as file:
        while content := file.read(1 << 20):
            size += len(content)
    assert size == len(line) * times > BYTES_ALWAYS_READ
