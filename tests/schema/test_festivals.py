from datetime import date

import pytest

from csanalysis.schema.festivals import FESTIVALS, festival_named

# Published dates: general office of the State Council (public holidays), Hong Kong Observatory (lunar calendar).
PUBLISHED = {
    "春节": ("02-10", "01-29", "02-17", "02-06", "01-26", "02-13", "02-03"),
    "元宵节": ("02-24", "02-12", "03-03", "02-20", "02-09", "02-27", "02-17"),
    "清明节": ("04-04", "04-04", "04-05", "04-05", "04-04", "04-04", "04-05"),
    "端午节": ("06-10", "05-31", "06-19", "06-09", "05-28", "06-16", "06-05"),
    "七夕": ("08-10", "08-29", "08-19", "08-08", "08-26", "08-16", "08-05"),
    "中秋节": ("09-17", "10-06", "09-25", "09-15", "10-03", "09-22", "09-12"),
    "重阳节": ("10-11", "10-29", "10-18", "10-08", "10-26", "10-16", "10-05"),
    "母亲节": ("05-12", "05-11", "05-10", "05-09", "05-14", "05-13", "05-12"),
    "父亲节": ("06-16", "06-15", "06-21", "06-20", "06-18", "06-17", "06-16"),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_festivals_fall_on_their_published_days(name):
    days = [festival_named(name).on(year).isoformat()[5:] for year in range(2024, 2031)]
    assert tuple(days) == PUBLISHED[name]


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("除夕", date(2026, 2, 16)),
        ("小年", date(2026, 2, 10)),
        ("复活节", date(2026, 4, 5)),
        ("感恩节", date(2026, 11, 26)),
        ("冬至", date(2026, 12, 22)),
        ("Mother’s Day", date(2026, 5, 10)),
        ("mothers day", date(2026, 5, 10)),
        ("三八节", date(2026, 3, 8)),
        ("Chinese New Year", date(2026, 2, 17)),
        ("ＸＭＡＳ", date(2026, 12, 25)),
    ],
)
def test_festivals_go_by_many_names(name, day):
    assert festival_named(name).on(2026) == day


@pytest.mark.parametrize(
    ("name", "said"),
    [("端五节", "端午节"), ("Easter Sundy", "Easter Sunday"), ("中秋佳节", "中秋节"), ("春游", "春节")],
)
def test_an_unknown_festival_names_the_nearest(name, said):
    with pytest.raises(ValueError, match=f"is no festival; did you mean {said}"):
        festival_named(name)


def test_every_festival_falls_once_in_every_plan_year():
    for year in (2000, 2023, 2033, 2100):
        assert all(festival.on(year).year == year for festival in FESTIVALS)


def test_no_name_means_two_festivals():
    for festival in FESTIVALS:
        assert {festival_named(name).key for name in festival.names} == {festival.key}
