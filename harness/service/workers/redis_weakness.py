"""What is wrong with how a Redis is set up: it loses what it holds when it restarts, or drops entries where memory is short."""

from harness.service.workers.redis_link import RedisLink


def redis_weakness(link: RedisLink) -> str:
    """Return it in words, "" where all is as it should be. Raises MachineError where Redis does not answer."""
    with link.answering() as redis:
        kept = redis.info("persistence")
        memory = redis.info("memory")
    return persistence_words(kept.get("aof_enabled"), kept.get("aof_last_write_status"), memory.get("maxmemory_policy"))


def persistence_words(aof_enabled: object, last_write: object, policy: object) -> str:
    """Return what is wrong with these settings.

    >>> persistence_words(1, "ok", "noeviction"), persistence_words(0, "ok", "noeviction")
    ('', 'it keeps nothing over a restart (appendonly is off)')
    """
    told = []
    if not aof_enabled:
        told.append("it keeps nothing over a restart (appendonly is off)")
    elif last_write != "ok":
        told.append("it cannot write its file")
    if policy != "noeviction":
        told.append(f"it drops keys where memory is short (maxmemory-policy is {policy})")
    return "; ".join(told)
