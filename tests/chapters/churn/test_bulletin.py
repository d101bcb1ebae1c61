"""A manufacturer's bulletin made from whole stores: what it counts otherwise is planted, and must be on the sheet.

Of each store's orders those stay that no reason is true of. Then vehicles are picked for every reason, and the
manufacturer counts them by its own books, where an order is entered, left out or dated otherwise.
"""

import numpy as np
import pandas as pd
import pytest

from csanalysis.chapters.churn.bulletin import measure_bulletin
from csanalysis.chapters.churn.lists import BULLETIN_GAP
from csanalysis.chapters.churn.maker_rules import measure_rules
from csanalysis.metrics.customers.bulletin import REASONS, SELDOM_COUNTED
from csanalysis.metrics.results import Results
from csanalysis.params.rules import Rule

pytestmark = pytest.mark.xdist_group("recounted")

PUBLISHED = "2025-11"
BASE, SINCE = ("2025-05", "2025-05"), ("2025-06", "2025-11")  # those of six months ago, and not back since
WINDOW, BEFORE = (
    ("2024-12", "2025-11"),
    ("2023-12", "2024-11"),
)  # twice in twelve months, and who could be kept
MANY = dict(zip(REASONS, (3, 4, 5, 6, 7, 8), strict=True))


class Books:
    """Orders and sales of a store, and how the manufacturer has them: the same but for what is planted."""

    def __init__(self, visits: pd.DataFrame, sales: pd.DataFrame) -> None:
        owners = pd.concat([visits, sales])[["vin", "customer_id"]].drop_duplicates()
        single = ~owners.duplicated("vin", keep=False) & ~owners.duplicated("customer_id", keep=False)
        once = ~sales["vin"].duplicated(keep=False)
        known = owners.loc[single & owners["customer_id"].notna(), "vin"]
        closed = visits["close_date"].isna() | visits["close_date"].dt.month.eq(visits["visit_date"].dt.month)
        inner = visits["visit_date"].dt.day.between(4, 27) & closed
        plain = inner & ~visits["service_type"].isin(SELDOM_COUNTED)
        # Cut at a visit's own day, lest another of the day be left when one is moved.
        self.visits = visits[plain & visits["vin"].isin(known)].drop_duplicates(["vin", "visit_date"])
        self.visits = self.visits.reset_index(drop=True)
        self.sales = sales[sales["vin"].isin(known) & once].reset_index(drop=True)
        self.theirs: dict[str, pd.DataFrame] = {}
        self.planted: dict[str, str] = {}
        self.random = np.random.default_rng(24)

    def days(self, span: tuple[str, str]) -> pd.Series:
        """Days with an order of each vehicle in some months."""
        month = self.visits["visit_date"].dt.strftime("%Y-%m")
        return self.visits[month.between(*span)].groupby("vin")["visit_date"].nunique()

    def pick(self, reason: str, among: pd.Index, count: int | None = None) -> list[str]:
        free = among.difference(list(self.planted)).to_numpy(dtype=object)
        chosen = list(self.random.choice(free, count or MANY[reason], replace=False))
        self.planted |= dict.fromkeys(chosen, reason)
        return chosen

    def rows(self, vins: list[str], span: tuple[str, str]) -> pd.Index:
        month = self.visits["visit_date"].dt.strftime("%Y-%m")
        return self.visits.index[self.visits["vin"].isin(vins) & month.between(*span)]

    def plant_any(self, base: pd.Index) -> None:
        """Vehicles that are sold twice, and such whose number is mistyped: unknown to the manufacturer."""
        twice = self.pick("sold_twice", base.intersection(self.sales["vin"]))
        again = self.sales[self.sales["vin"].isin(twice)].assign(sale_date=pd.Timestamp("2025-03-01"))
        self.sales = pd.concat([self.sales, again], ignore_index=True)
        odd = self.pick("vin_form", base)
        mistyped = {vin: f"{vin[:9]}O{vin[10:]}" for vin in odd}
        self.visits["vin"], self.sales["vin"] = (
            t["vin"].replace(mistyped) for t in (self.visits, self.sales)
        )
        for vin in odd:
            self.planted[mistyped[vin]] = self.planted.pop(vin)

    def plant_owner(self, cars: list[str], others: list[str]) -> None:
        """Each of some vehicles belongs to the owner of another one."""
        for car, other in zip(cars, others, strict=True):
            owner = self.visits.loc[self.visits["vin"] == car, "customer_id"].iloc[0]
            for table in (self.visits, self.sales):
                table.loc[table["vin"] == other, "customer_id"] = owner

    def move(self, rows: pd.Index, day: str, closed: str) -> None:
        self.visits.loc[rows, "visit_date"] = pd.Timestamp(day)
        self.visits.loc[rows, "close_date"] = pd.Timestamp(closed)

    def of_the_manufacturer(self, reasons: tuple[str, ...]) -> pd.DataFrame:
        """Its orders by vehicle and month, where it differs from ours for these reasons alone."""
        ours = self.visits.copy()
        reason = ours["vin"].map(self.planted)
        if "month_edge" in reasons:  # it goes by the day on which an order was closed
            edge = reason.eq("month_edge") & ours["close_date"].notna()
            ours["visit_date"] = ours["visit_date"].mask(edge, ours["close_date"])
        if "just_after" in reasons:  # an order entered late is still one of November
            late = reason.eq("just_after") & ours["visit_date"].between("2025-12-01", "2025-12-03")
            ours["visit_date"] = ours["visit_date"].mask(late, pd.Timestamp("2025-11-30"))
        if "excluded_type" in reasons:
            ours = ours[~ours["service_type"].isin(SELDOM_COUNTED)]
        if (
            "other_vin" in reasons
        ):  # it counts customers: whatever the owner came with is a visit of the vehicle
            cars = [vin for vin, why in self.planted.items() if why == "other_vin"]
            owner = ours[ours["vin"].isin(cars)].drop_duplicates("vin").set_index("customer_id")["vin"]
            theirs = ours[ours["customer_id"].isin(owner.index) & ~ours["vin"].isin(cars)]
            ours = pd.concat([ours, theirs.assign(vin=theirs["customer_id"].map(owner))])
        unknown = [
            vin for vin, why in self.planted.items() if why in ("sold_twice", "vin_form") and why in reasons
        ]
        return ours[~ours["vin"].isin(unknown)]

    def not_back(self, reasons: tuple[str, ...]) -> float:
        rows = self.of_the_manufacturer(reasons)
        month = rows["visit_date"].dt.strftime("%Y-%m")
        base = set(rows.loc[month.between(*BASE), "vin"])
        return len(base - set(rows.loc[month.between(*SINCE), "vin"])) / len(base)

    def twice(self, reasons: tuple[str, ...]) -> float:
        rows = self.of_the_manufacturer(reasons)
        month = rows["visit_date"].dt.strftime("%Y-%m")
        # Those of the year before: nobody is asked for by the warranty, as it is told apart from here.
        base = set(rows.loc[month.between(*BEFORE), "vin"])
        days = rows[month.between(*WINDOW)].groupby("vin")["visit_date"].nunique()
        return len(base & set(days.index[days >= 2])) / len(base)


def planted_not_back(books: Books) -> None:
    base, since = books.days(BASE), books.days(SINCE)
    once, kept = base.index[base == 1], base.index.intersection(since.index)
    lost, once_since = base.index.difference(since.index), kept.intersection(since.index[since == 1])
    books.plant_any(base.index)
    lost, once, once_since = (each.difference(list(books.planted)) for each in (lost, once, once_since))
    cars = books.pick("other_vin", lost)
    others = since.index.difference(base.index).to_numpy(dtype=object)
    books.plant_owner(cars, list(books.random.choice(others, len(cars), replace=False)))
    books.visits.loc[books.rows(books.pick("excluded_type", once, 3), BASE), "service_type"] = "accident"
    books.visits.loc[books.rows(books.pick("excluded_type", once_since, 3), SINCE), "service_type"] = (
        "warranty"
    )
    books.move(books.rows(books.pick("month_edge", once, 4), BASE), "2025-05-31", "2025-06-02")
    books.move(books.rows(books.pick("month_edge", once_since, 3), SINCE), "2025-11-30", "2025-12-01")
    late = books.visits.loc[books.rows(books.pick("just_after", lost), BASE)].drop_duplicates("vin")
    late = late.assign(visit_date=pd.Timestamp("2025-12-02"), close_date=pd.Timestamp("2025-12-02"))
    late["ro_number"] = late["ro_number"] + "L"
    books.visits = pd.concat([books.visits, late], ignore_index=True)


def planted_twice(books: Books) -> None:
    days, before = books.days(WINDOW), books.days(BEFORE)
    base, two = before.index, days.index[days == 2].intersection(before.index)
    books.plant_any(base)
    two = two.difference(list(books.planted))
    cars = books.pick("other_vin", base.difference(days.index[days >= 2]))
    others = days.index[days >= 2].difference(base).to_numpy(dtype=object)
    books.plant_owner(cars, list(books.random.choice(others, len(cars), replace=False)))
    for reason in ("excluded_type", "month_edge"):
        last = books.visits.loc[books.rows(books.pick(reason, two), WINDOW)].sort_values("visit_date")
        rows = last.drop_duplicates("vin", keep="last").index
        if reason == "excluded_type":
            books.visits.loc[rows, "service_type"] = "accident"
        else:
            books.move(rows, "2025-11-30", "2025-12-01")


@pytest.mark.parametrize(
    ("preset", "plant", "rate", "reasons"),
    [
        ("saic_vw", planted_not_back, Books.not_back, REASONS),
        ("nissan", planted_twice, Books.twice, REASONS[:-1]),
    ],
)
def test_the_sheet_is_what_was_planted(recount, clean_table, preset, plant, rate, reasons):
    books = Books(recount.tables["service_visits"], recount.tables["vehicle_sales"])
    if preset == "nissan":  # without a sale nobody is in warranty: asked are those seen in the year before
        books.sales["sale_date"] = pd.Timestamp("2012-01-01")
    plant(books)
    assert set(books.planted.values()) == set(reasons)
    theirs = rate(books, REASONS)
    bulletin = [{"month": f"{PUBLISHED}-01", "measure": "保有", "value": 100 * theirs}]
    params = recount.params.model_copy(
        update={"rules": [Rule(preset=preset, measure="保有")], "language": "en"}
    )
    tables = {
        **recount.tables,
        "service_visits": books.visits,
        "vehicle_sales": books.sales,
        "oem_bulletin": clean_table("oem_bulletin", bulletin),
    }
    ours = rate(books, ())
    own = measure_rules(params, tables)
    told = measure_bulletin(params, tables, own)
    assert (
        own.value("rule_churn_rate" if preset == "saic_vw" else "rule_retention_rate", PUBLISHED, rule=preset)
        == ours
    )
    assert told.value("oem_bulletin_gap", PUBLISHED, rule=preset) == pytest.approx(ours - theirs)
    # The sheet names exactly the vehicles that were planted, each with its reason.
    sheet = BULLETIN_GAP.drawn_up(params, tables, Results())
    found = dict(zip(sheet["vin"], sheet["reason"], strict=True))
    assert len(found) == len(sheet) and found.keys() == books.planted.keys()
    first_words = {
        reason: {found[vin].split(";")[0] for vin, why in books.planted.items() if why == reason}
        for reason in reasons
    }
    assert all(len(words) == 1 for words in first_words.values())
    assert len(set.union(*first_words.values())) == len(reasons)
    for reason in reasons:
        vehicles = told.value("bulletin_reason_vehicles", PUBLISHED, rule=preset, gap_reason=reason)
        assert vehicles == MANY[reason]
        left = told.value("bulletin_gap_left", PUBLISHED, rule=preset, gap_reason=reason)
        assert left == pytest.approx(rate(books, (reason,)) - theirs), reason
    assert told.value("bulletin_gap_left", PUBLISHED, rule=preset) == pytest.approx(0, abs=1e-12)
