"""Prospects: won, lost, taken up again; and customers who bring friends."""

from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from csanalysis.demo.diary import Call, Diary
from csanalysis.demo.plan import FIRST_DAY, LAST_DAY, Plan
from csanalysis.demo.vehicles import customer_ids

_SAME_BRAND = 4  # place of "same brand, another store" among the reasons
_REASON_WEIGHTS = (30, 24, 16, 10, 9, 6, 5)
_PROSPECT = "QK"
_RECORDED = 0.86  # of the store's own sales
_UNSOLD = 0.8  # lost and open leads for each of them
_REACTIVATED = 0.2


def leads(plan: Plan, sales: pd.DataFrame, diary: Diary) -> pd.DataFrame:
    """Leads behind the store's own sales, and those that came to nothing; calls go into the diary."""
    random = plan.scalar_rng("leads")
    own = sales.loc[sales["self_sold"], "sale_date"].to_numpy().astype("datetime64[D]")
    sold = [day for day in own.astype("int64").tolist() if random.random() < _RECORDED]
    rows = [_row(max(day - int(random.expovariate(1 / 14)), FIRST_DAY), "won", won=day) for day in sold]
    rows += [_unsold(plan, random) for _ in range(int(len(own) * _UNSOLD))]
    rows.sort(key=lambda row: row["created_date"])
    for number, row in enumerate(rows, start=1):
        row["lead_id"] = f"L{number:06d}"
        if row["reactivated_date"] is not None:
            _call_prospect(diary, row, number)
    table = pd.DataFrame(rows)
    for column in ("created_date", "defeated_date", "reactivated_date", "won_date"):
        table[column] = _dates(table[column])
    return table


def _unsold(plan: Plan, random: Random) -> dict[str, Any]:
    """A lead that was lost, unless it is still open; some are taken up again, and a few of those won."""
    created = random.randint(FIRST_DAY, LAST_DAY)
    defeated = created + random.randint(4, 70)
    if defeated > LAST_DAY:
        return _row(created, "open")
    reason = random.choices(range(len(_REASON_WEIGHTS)), _REASON_WEIGHTS)[0]
    row = _row(created, "defeated", defeated=defeated)
    row["defeat_reason"] = plan.words.defeat_reasons[reason]
    row["lost_to_same_brand"] = reason == _SAME_BRAND
    again = defeated + random.randint(8, 90)
    if reason != _SAME_BRAND and again <= LAST_DAY and random.random() < _REACTIVATED:
        agent = random.choice(plan.role("agent"))
        row |= {"reactivated_date": again, "reactivated_by": agent.name}
        bought = again + random.randint(3, 45)
        if bought <= LAST_DAY and random.random() < 0.2 + 0.08 * agent.skill:
            row |= {"won_date": bought, "status": "won"}
    return row


def _row(created: int, status: str, won: int | None = None, defeated: int | None = None) -> dict[str, Any]:
    return {
        "lead_id": "",
        "created_date": created,
        "status": status,
        "defeated_date": defeated,
        "defeat_reason": None,
        "reactivated_date": None,
        "reactivated_by": None,
        "won_date": won,
        "lost_to_same_brand": False,
    }


def _call_prospect(diary: Diary, row: dict[str, Any], number: int) -> None:
    """The call that took a lost lead up again; a prospect has a code but no vehicle."""
    day = int(row["reactivated_date"])
    if diary.has_callers(day):
        minute = diary.random.randint(9 * 60, 17 * 60 + 40)
        result = "booked" if row["status"] == "won" else "later"
        agent = str(row["reactivated_by"])
        diary.calls.append(
            Call(day, minute, -1, "lead", agent, 1, True, True, result, prospect=f"{_PROSPECT}{number:06d}")
        )


def _dates(days: pd.Series) -> npt.NDArray[np.datetime64]:
    dates = days.fillna(0).to_numpy(dtype="int64").astype("datetime64[D]")
    dates[days.isna()] = np.datetime64("NaT")
    return dates


def referrals(plan: Plan, vehicles: pd.DataFrame) -> pd.DataFrame:
    """Customers who brought a buyer; the rebate is paid where the buyer could be matched.

    ``vehicles`` are those whose owners the exports name, in order of ``start``.
    """
    rng = plan.rng("referrals")
    size = int(sum(plan.units) / len(plan.units) * 0.17 * (LAST_DAY - FIRST_DAY) / 365.25)
    days = np.sort(rng.integers(FIRST_DAY, LAST_DAY, size))
    matched = rng.random(size) < 0.86
    known = np.searchsorted(vehicles["start"].to_numpy(), days)  # owners by then
    referrer = vehicles["customer"].to_numpy()[(rng.random(size) * known).astype(int)]
    amounts = np.where(matched & (rng.random(size) > 0.04), plan.rebate, np.nan)
    return pd.DataFrame(
        {
            "referral_id": [f"R{number:05d}" for number in range(1, size + 1)],
            "referral_date": days.astype("datetime64[D]"),
            "referrer_id": customer_ids(plan, referrer),
            "matched": matched,
            "rebate_amount": amounts,
        }
    )
