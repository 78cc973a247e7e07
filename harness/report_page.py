"""A prepared `ReportData` set as one HTML file that opens offline, with its pictures inside."""

import base64

from jinja2 import Environment, PackageLoader, StrictUndefined

from harness.definitions import DEFINITIONS
from harness.report_data import Link, ReportData


def render(data: ReportData) -> str:
    """The report as one HTML document; every value is escaped, and nothing outside it is referred to."""
    environment = Environment(
        loader=PackageLoader("harness", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["data_uri"] = lambda png: "data:image/png;base64," + base64.b64encode(png).decode("ascii")
    environment.tests["link"] = lambda cell: isinstance(cell, Link)
    return environment.get_template("report.html.j2").render(data=data, definitions=DEFINITIONS)
