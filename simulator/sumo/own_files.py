"""A user's additional files as SUMO gets them: without their E1 loops, which are written apart, and with paths that hold.

SUMO takes relative paths from the folder of the file that names them, and our copies stand elsewhere: what is read gets an absolute
path; what would be written is not, and is told. SUMO takes a comma for the end of a path: files with one in their path get
another name.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from scenarios.errors import UserError
from scenarios.files.additional_elements import additional_elements
from scenarios.files.sumo_loops import LOOP_TAGS
from scenarios.files.xml_values import line_of, place_in

READING = ("calibrator", "variableSpeedSign")
"""Elements whose `file` is read; that of others is written."""
UNREAD = ("rerouter",)
"""Elements whose `file` SUMO 1.28 does not read, and says nothing."""
WRITTEN = ("file", "output", "dest")
"""Attributes that name files."""
MEANS = ("edgeData", "laneData")
"""Elements that only write."""
NOWHERE = ("", "NUL", "/dev/null")


def write_without_loops(source: Path, target: Path) -> list[str]:
    """Copy an additional file, with what it includes, without its E1 loops; return notes on what is not written or read."""
    notes: list[str] = []
    with target.open("w", encoding="utf-8") as stream:
        stream.write("<additional>\n")
        for path, element in additional_elements(source):
            if element.tag in LOOP_TAGS:
                continue
            if element.tag in MEANS:
                name, where = (
                    element.get("file"),
                    f"{element.tag} {element.get('id', '')!r} ({place_in(path, line_of(element))})",
                )
                notes.append(f"{name!r} of {where} is not written (the plain sumo writes it)")
                continue
            for each in element.iter():
                notes += _mend_paths(each, path)
            stream.write(ElementTree.tostring(element, encoding="unicode"))
        stream.write("</additional>\n")
    return notes


def _mend_paths(element: Element, path: Path) -> list[str]:
    """Make the paths of an element absolute, or lead them nowhere; return notes."""
    notes = []
    if element.get("imgFile"):
        element.set("imgFile", str((path.parent / element.get("imgFile", "")).resolve()))
    for key in WRITTEN:
        name = element.get(key)
        if name is None or name in NOWHERE:
            continue
        what = f"{name!r} of {element.tag} {element.get('id', '')!r} ({place_in(path, line_of(element))})"
        if key == "file" and element.tag in READING:
            element.set(key, str((path.parent / name).resolve()))
        elif key == "file" and element.tag in UNREAD:
            notes.append(f"{what} is not read: SUMO itself does not read it")
        else:
            element.set(key, os.devnull)
            notes.append(f"{what} is not written (the plain sumo writes it)")
    return notes


def without_commas(files: Sequence[str], work: Path) -> list[str]:
    """Return paths of the same files in which there is no comma: links in `work` where one is needed. Raises UserError."""
    if "," in str(work) and any("," in file for file in files):
        raise UserError(f"{work}: SUMO takes no comma in a path (choose another folder with --out)")
    found = []
    for index, file in enumerate(files):
        if "," not in file:
            found.append(file)
            continue
        link = work / f"named-{index}-{Path(file).name.replace(',', '_')}"
        if not link.is_symlink():
            link.symlink_to(file)
        found.append(str(link))
    return found
