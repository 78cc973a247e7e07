"""Templates rendered into pages: HTML files that open offline, with their pictures inside."""

import base64

from jinja2 import Environment, PackageLoader, StrictUndefined

from harness.reporting.report_document import Link


def data_uri(png: bytes) -> str:
    """Return a PNG as the source of an HTML image."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def render(template: str, **values: object) -> str:
    """Return the page made from `template`, a path inside the package `harness`; every value is escaped."""
    environment = Environment(
        loader=PackageLoader("harness", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["data_uri"] = data_uri
    environment.tests["link"] = lambda cell: isinstance(cell, Link)
    return environment.get_template(template).render(values)
