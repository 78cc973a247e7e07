from harness.service.web.rate_limit import RateLimit


def test_a_burst_is_taken_then_the_rate_counts() -> None:
    now = [100.0]
    limit = RateLimit(2.0, 10.0, lambda: now[0])
    limit.spend("a", 12.0)
    assert limit.wait_s("a") == 1.5  # 3 are missing to the next one, and 2 come a second
    assert limit.wait_s("b") == 0.0
    now[0] += 1.5
    assert limit.wait_s("a") == 0.0


def test_a_bucket_does_not_grow_beyond_its_burst() -> None:
    now = [0.0]
    limit = RateLimit(1.0, 5.0, lambda: now[0])
    now[0] = 1e6
    limit.spend("a", 5.0)
    assert limit.wait_s("a") == 1.0
