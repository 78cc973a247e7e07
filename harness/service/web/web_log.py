"""The log of the web server: one JSON object a line, with nothing secret in it."""

import sys
from typing import TextIO

import structlog

Log = structlog.typing.FilteringBoundLogger


def web_log(stream: TextIO | None = None) -> Log:
    """Return a logger that writes lines to a stream, standard error by default. It changes no global configuration.

    JSON escapes line ends and terminal codes that come from outside.
    """
    log: Log = structlog.wrap_logger(
        structlog.PrintLogger(stream or sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
        context_class=dict,
    )
    return log
