from harness.service.assembling.clock_trust import NEVER, ClockTrust


def clock(stations: int = 4, away_turns: int = 3) -> ClockTrust:
    return ClockTrust(stations, share=0.5, away_turns=away_turns, jump=5)


def test_the_watermark_is_where_half_the_stations_are() -> None:
    trust = clock()
    assert [trust.note(0, 10), trust.note(1, 12), trust.note(2, 11)] == [False, True, True]
    assert trust.watermark == 11


def test_one_station_far_ahead_moves_nothing() -> None:
    trust = clock()
    for station in range(4):
        trust.note(station, 10)
    assert not trust.note(0, 1000)
    assert trust.watermark == 10


def test_glitches_of_several_stations_at_different_times_do_not_add_up() -> None:
    trust = clock()
    for k in range(10, 50):
        for station in range(4):
            trust.note(station, 10**6 + k if k == 20 + 5 * station else k)
    assert trust.watermark == 49


def test_of_two_stations_both_must_agree() -> None:
    trust = clock(2)
    trust.note(0, 1000)
    trust.note(1, 10)
    assert trust.watermark == 10


def test_stations_that_stay_silent_for_three_turns_are_not_asked() -> None:
    trust = clock(away_turns=3)
    assert [trust.note(0, k) for k in range(10, 20)] == [False] * 3 + [True] * 7
    assert trust.watermark == 19


def test_a_station_whose_stamps_flap_makes_no_other_seem_silent() -> None:
    trust = clock()
    for k in range(10, 60):
        for station in range(4):
            trust.note(station, k)
        for wrong in (k + 1000, k - 1000, k + 1, k + 2000, k + 1, k + 2) * 10:
            trust.note(0, wrong)
        assert trust.watermark == k


def test_stations_that_are_left_are_believed_after_a_jump_of_theirs() -> None:
    trust = clock()
    for station in range(4):
        trust.note(station, 10)
    assert [trust.note(0, k) for k in range(1000, 1010)].index(True) == 6
    assert trust.watermark == 1009


def test_the_watermark_never_goes_back_and_a_return_of_most_is_found_once() -> None:
    trust = clock()
    for station in range(4):
        trust.note(station, 100)
    found = []
    for station in range(4):
        trust.note(station, 40)
        found.append(trust.went_back())
    assert found == [None, 40, None, None]
    assert trust.watermark == 100


def test_few_stations_are_believed_on_demand_only() -> None:
    trust = clock()
    trust.note(0, 7)
    assert trust.watermark == NEVER
    assert trust.believe()
    assert trust.watermark == 7
