"""Good files, damaged by chance: one change of a value, a key, the text, the bytes, or of what stands at the path.

    damage(choose, path, format)     changes the file in place and returns what was done (`Damaged`)

The same seed makes the same damage.
"""

import gzip
import os
import random
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.robustness.damage import Damaged
from tests.robustness.damaged_arrays import damaged_npz
from tests.robustness.damaged_tables import damaged_csv
from tests.robustness.damaged_trees import damaged_json, damaged_toml
from tests.robustness.damaged_xml import damaged_xml

Change = Callable[[random.Random, bytes], tuple[bytes, Damaged]]
BOMB_MB = 2048
"""What a gzip bomb expands to. Chosen: twice the memory that a command may take."""


FORMATS: Mapping[str, Change] = {
    "toml": damaged_toml,
    "json": damaged_json,
    "csv": damaged_csv,
    "xml": damaged_xml,
    "npz": damaged_npz,
}
"""Changes that know a format; of any other, bytes are changed."""


def damage(choose: random.Random, path: Path, form: str) -> Damaged:
    """Damage the file at `path`, of the format `form`, in one way drawn with `choose`."""
    drawn = choose.random()
    if drawn < 0.06:
        return _something_else(choose, path)
    packed = path.name.endswith(".gz")
    if packed and drawn < 0.12:
        return _compressed(choose, path)
    content = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
    if drawn < 0.22 or form not in FORMATS:
        content, done = _bytes(choose, content, form)
    else:
        content, done = FORMATS[form](choose, content)
    path.write_bytes(gzip.compress(content, 1, mtime=0) if packed else content)
    return done


def _something_else(choose: random.Random, path: Path) -> Damaged:
    """Put something else in the file's place."""
    what = choose.choice(("folder", "FIFO", "dangling link", "link to itself", "endless link", "empty file", "nothing"))
    path.unlink()
    if what == "folder":
        path.mkdir()
    elif what == "FIFO":
        os.mkfifo(path)
    elif what == "dangling link":
        path.symlink_to("nowhere")
    elif what == "link to itself":
        path.symlink_to(path.name)
    elif what == "endless link":
        path.symlink_to("/dev/zero")
    elif what == "empty file":
        path.touch()
    return Damaged(f"{what} in its place", impossible=what != "nothing")


def _compressed(choose: random.Random, path: Path) -> Damaged:
    """Damage the compressed bytes themselves."""
    content = path.read_bytes()
    what = choose.choice(("cut", "flipped", "bomb", "bomb of one line", "plain", "twice", "rest behind"))
    if what == "cut":
        path.write_bytes(content[: choose.randrange(len(content))])
        return Damaged("gzip cut off", impossible=True)
    if what == "flipped":
        at = choose.randrange(10, len(content))
        path.write_bytes(content[:at] + bytes([content[at] ^ (1 << choose.randrange(8))]) + content[at + 1 :])
        return Damaged("gzip with a flipped bit", impossible=True)
    if what.startswith("bomb"):
        member = gzip.compress((b"0" if "line" in what else b"\n") * (1 << 24), 9, mtime=0)
        path.write_bytes(content + member * (BOMB_MB // 16))
        return Damaged(f"gzip {what}", impossible="line" in what)
    if what == "plain":
        path.write_bytes(gzip.decompress(content))
        return Damaged("not compressed", impossible=True)
    path.write_bytes(gzip.compress(content, 1, mtime=0) if what == "twice" else content + b"rest")
    return Damaged("compressed twice" if what == "twice" else "bytes behind the gzip", impossible=what == "twice")


def _bytes(choose: random.Random, content: bytes, form: str) -> tuple[bytes, Damaged]:
    """Damage bytes without a look at what they mean."""
    what = choose.choice(("cut", "flip", "UTF-16", "Latin-1", "NUL", "long line", "BOM", "CRLF", "random", "repeated"))
    at = choose.randrange(len(content) + 1)
    if what == "cut":
        return content[:at], Damaged(f"cut off after {at} bytes")
    if what == "flip":
        flipped = bytearray(content)
        for _ in range(choose.randrange(1, 9)):
            flipped[choose.randrange(len(flipped))] ^= 1 << choose.randrange(8)
        return bytes(flipped), Damaged("flipped bits")
    if what == "UTF-16":
        return content.decode("utf-8", "replace").encode("utf-16"), Damaged("UTF-16", impossible=form != "xml")
    if what in ("Latin-1", "NUL"):
        return content[:at] + (b"\xe9" if what == "Latin-1" else b"\0") + content[at:], Damaged(f"a byte of {what}")
    if what == "long line":
        return content[:at] + b"7" * 30_000_000 + content[at:], Damaged("a line of 30 MB")
    if what == "BOM":
        return b"\xef\xbb\xbf" + content, Damaged("a byte-order mark")
    if what == "CRLF":
        return content.replace(b"\n", b"\r\n"), Damaged("CRLF")
    if what == "random":
        return choose.randbytes(choose.randrange(1, 5000)), Damaged("random bytes", impossible=True)
    return content * 2, Damaged("everything twice")


def remove(path: Path) -> None:
    """Remove what stands at a path, whatever it is."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
