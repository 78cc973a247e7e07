"""The web table of a service's file as settings of the web server, with tokens from their file and from the environment."""

import os
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from harness.service.feeds.feed_settings import FeedSettings
from harness.service.site.placed_error import reading
from harness.service.site.service_tables import WebTable
from harness.service.web.access_tokens import VARIABLE, Tokens, read_tokens, tokens_in
from harness.service.web.web_settings import WebSettings, checked_address


def web_settings(table: WebTable, folder: Path, zones: Mapping[str, ZoneInfo], feeds: FeedSettings) -> WebSettings:
    """Return the settings; `zones` are those of corridors, `feeds` how incidents are published.

    Raises PlacedError naming the key, also for an address that others reach without tokens.
    """
    with reading("tokens"):
        known = () if table.tokens is None else read_tokens(folder / table.tokens).known
        tokens = Tokens((*known, *tokens_in(os.environ.get(VARIABLE, "")).known))
    settings = WebSettings(
        host=table.host,
        port=table.port,
        tokens=tokens,
        host_names=table.host_names,
        secure_cookie=table.secure_cookie,
        zones=zones,
        feeds=feeds,
    )
    with reading("host"):
        return checked_address(settings)
