"""The detector `sequential`: features of lanes relative to a site's normal, boosted trees, a score per section, a threshold."""
