"""Things taken away one after another: the plain greedy order, with few trials."""

from harness.studies.placement.lazy_removal import lazy_removal


def test_of_two_that_stand_in_for_each_other_only_one_goes() -> None:
    def cost(gone: tuple[int, ...]) -> tuple[float]:
        return (3.0 * (3 in gone) + 50.0 * ({1, 2} <= set(gone)),)

    assert list(lazy_removal([1, 2, 3], cost, 3)) == [(1,), (1, 3), (1, 3, 2)]


def test_what_cannot_be_the_least_missed_is_not_tried_again() -> None:
    tried = []

    def cost(gone: tuple[int, ...]) -> tuple[float]:
        tried.append(gone)
        return (sum(10.0**each for each in gone),)

    assert list(lazy_removal([4, 3, 2, 1], cost, 2)) == [(1,), (1, 2)]
    assert tried == [(4,), (3,), (2,), (1,), (1, 2)]
