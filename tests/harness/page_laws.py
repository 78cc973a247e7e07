"""What holds for every page, and how wide a page is on a phone: for the tests of each kind of page."""

import os
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

PHONE_PX = 390
VOID = {"meta", "img", "source", "br", "link", "input", "hr"}
ACTIVE = {"script", "link", "iframe", "object", "embed", "base", "form"}
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MEASURE = """<!DOCTYPE html><html><body><p id="told"></p><iframe id="page" width="{width}" height="900" src="{address}"
style="border: 0"></iframe><script>
document.getElementById("page").onload = (event) => {{
  const root = event.target.contentDocument.documentElement;
  document.getElementById("told").textContent = `widths ${{root.clientWidth}} ${{root.scrollWidth}}`;
}};
</script></body></html>"""
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


class Page(HTMLParser):
    """A page's elements in order, each with its attributes and its open ancestors; its tables; its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[tuple[str, dict[str, str], tuple[str, ...]]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.words = ""
        self._open: list[tuple[str, str]] = []
        self._rows: list[list[str]] = []
        self._label = ""
        self.feed(html)
        assert not self._open, f"not closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append((tag, attributes, tuple(f"{each}.{classes}" for each, classes in self._open)))
        if attributes.get("class") == "scroll":
            self._label = attributes["aria-label"]
        if tag == "table":
            self._rows = self.tables[self._label] = []
        if tag == "tr":
            self._rows.append([])
        if tag in ("td", "th"):
            self._rows[-1].append("")
        if tag not in VOID:
            self._open.append((tag, attributes.get("class", "")))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1][0] == tag, f"</{tag}> closes {self._open[-1]}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self._open]
        if "style" not in tags:
            self.words += data
        if "td" in tags or ("th" in tags and "table" in tags):
            self._rows[-1][-1] += data.strip()

    @property
    def tags(self) -> list[str]:
        """All tags in order."""
        return [tag for tag, _, _ in self.elements]

    def of(self, *tags: str) -> list[dict[str, str]]:
        """The attributes of every element with one of these tags."""
        return [attributes for tag, attributes, _ in self.elements if tag in tags]

    @property
    def ids(self) -> list[str]:
        """All ids in order."""
        return [attributes["id"] for _, attributes, _ in self.elements if "id" in attributes]

    @property
    def links(self) -> list[str]:
        """Where links lead."""
        return [attributes["href"] for attributes in self.of("a")]

    @property
    def sources(self) -> list[str]:
        """Where pictures come from."""
        return [each[name] for each in self.of("img", "source") for name in ("src", "srcset") if name in each]


def check_answer_first(page: Page) -> None:
    """The headline with a sentence and figures stands before contents, details and tables."""
    assert page.ids[:2] == ["top", "answer"]
    places = [page.html.index(each) for each in ('id="answer"', 'class="answer"', "<nav", 'id="details"')]
    assert places == sorted(places)
    assert "<table" not in page.html[: places[-1]]
    assert page.html.count('class="value"') == page.html.count('class="interval"') > 0


def check_boxes(page: Page) -> None:
    """Every table scrolls in a box of its own, with a name."""
    assert page.tags.count("table") == len(page.tables), "two tables share a name"
    for tag, _, above in page.elements:
        if tag == "table":
            assert above[-1] == "div.scroll"
            assert above[-2] == "div.box"


def check_both_schemes(page: Page) -> None:
    """The one style has both colour schemes, and every colour of the light one has a dark one."""
    assert page.tags.count("style") == 1
    assert not [attributes for _, attributes, _ in page.elements if "style" in attributes]
    light, dark = (set(re.findall(r"(--\w+):", part)) for part in re.findall(r":root \{(.*?)\}", page.html)[:2])
    assert "@media (prefers-color-scheme: dark)" in page.html
    assert light == dark != set()


def check_nothing_external(page: Page) -> None:
    """The page loads nothing and runs nothing; its links stay inside it."""
    assert all(source.startswith("data:image/png;base64,") for source in page.sources)
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert not ACTIVE & set(page.tags)
    for text in ("url(", "@import", "http://", "https://"):
        assert text not in page.html


def check_structure(page: Page) -> None:
    """Language, viewport, headings in order, texts for pictures, scopes of header cells."""
    assert page.html.startswith("<!DOCTYPE html>\n<html lang=")
    assert "viewport" in {attributes.get("name") for attributes in page.of("meta")}
    levels = [int(tag[1]) for tag in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip([0, *levels], levels, strict=False))
    assert all(attributes["alt"].strip() for attributes in page.of("img"))
    assert all(attributes["scope"] in ("col", "row") for attributes in page.of("th"))


def check_page(html: str) -> Page:
    """Check all laws of pages, and return the page read."""
    page = Page(html)
    for check in (check_answer_first, check_boxes, check_both_schemes, check_nothing_external, check_structure):
        check(page)
    return page


def widths_on_a_phone(path: Path, work: Path) -> tuple[int, int]:
    """Width [px] that Chromium lays `path` out in on a phone, and the width its content takes; `work` is for its files."""
    assert CHROMIUM is not None
    (work / "measure.html").write_text(
        MEASURE.format(width=PHONE_PX, address=path.resolve().as_uri()), encoding="utf-8"
    )
    command = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    command += ["--allow-file-access-from-files", f"--user-data-dir={work / 'profile'}", "--virtual-time-budget=3000"]
    command += ["--dump-dom", (work / "measure.html").as_uri()]
    environment = {**os.environ, "HOME": str(work)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=True)
    found = re.search(r"widths (\d+) (\d+)", done.stdout)
    assert found is not None, done.stderr
    return int(found[1]), int(found[2])
