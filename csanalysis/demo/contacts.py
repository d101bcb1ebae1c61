"""The call log, put in order of time and tied to the repair orders that calls led to."""

import pandas as pd

from csanalysis.demo.diary import Call, Diary
from csanalysis.demo.plan import Plan
from csanalysis.demo.vehicles import customer_ids

_BY_CUSTOMER = 0.01  # calls that name the customer and not the vehicle
_SAYS_WHY = 0.5  # refusals of who is asked in that say why
_YOUNG_DAYS = 3 * 365
_WHY_YOUNG, _WHY_OLD = (5, 2, 2, 1), (2, 6, 2, 1)  # how often each refusal is heard


def contacts(plan: Plan, diary: Diary, vehicles: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """One row a call. A prospect has a customer code of its own and no vehicle."""
    orders = dict(zip(visits["place"].tolist(), visits["ro_number"].tolist(), strict=True))
    days = dict(zip(visits["place"].tolist(), visits["visit_date"].tolist(), strict=True))
    vins = vehicles["vin"].tolist()
    owners = customer_ids(plan, vehicles["customer"])
    calls = sorted(diary.calls, key=lambda call: (call.day, call.minute, call.vehicle, call.attempt))
    random = plan.scalar_rng("contacts")
    by_customer = [bool(call.prospect) or random.random() < _BY_CUSTOMER for call in calls]
    minutes = [call.day * 1440 + call.minute for call in calls]
    return pd.DataFrame(
        {
            "contact_id": [f"H{number:06d}" for number in range(1, len(calls) + 1)],
            "contact_date": pd.Series(minutes).to_numpy().astype("datetime64[m]").astype("datetime64[s]"),
            "purpose": [call.purpose for call in calls],
            "vin": [
                None if no_vin else vins[call.vehicle]
                for call, no_vin in zip(calls, by_customer, strict=True)
            ],
            "customer_id": [call.prospect or owners[call.vehicle] for call in calls],
            "agent": [call.agent for call in calls],
            "attempt": [call.attempt for call in calls],
            "reached": [call.reached for call in calls],
            "phone_valid": [call.phone_valid for call in calls],
            "result": _results(plan, calls, vehicles["sold"].tolist()),
            "ro_number": [orders.get(call.visit) for call in calls],
            "campaign_id": [call.campaign or None for call in calls],
            "arrived": pd.Series([days.get(call.visit) for call in calls], dtype="datetime64[s]"),
        }
    )


def _results(plan: Plan, calls: list[Call], sold: list[int]) -> list[str]:
    """What each call ended in; of who will not come, half say why, the owners of older cars otherwise."""
    random, words = plan.scalar_rng("refusals"), [plan.words.results[call.result] for call in calls]
    for place, call in enumerate(calls):
        asked = call.result == "refused" and call.purpose in ("win_back", "maintenance")
        if asked and random.random() < _SAYS_WHY:
            young = call.day - sold[call.vehicle] < _YOUNG_DAYS
            (words[place],) = random.choices(plan.words.refusals, _WHY_YOUNG if young else _WHY_OLD)
    return words
