"""Complaints, and what the store checks of itself: customer records and the process at the desk."""

from datetime import date

import numpy as np
import pandas as pd

from csanalysis.demo.plan import AS_OF, FIRST_DAY, LAST_DAY, Plan, day_number
from csanalysis.demo.vehicles import customer_ids

_RECORD_TYPES = ("invoice", "phone", "lead_card", "repair_file")
_CORRECT = (0.975, 0.93, 0.945, 0.955)
_TOPIC_WEIGHTS = np.array([0.3, 0.26, 0.14, 0.14, 0.1, 0.06])


def complaints(plan: Plan, visits: pd.DataFrame, vehicles: pd.DataFrame) -> pd.DataFrame:
    """Complaints mostly follow visits that went wrong; those are oftener the store's fault, and major."""
    rng = plan.rng("complaints")
    trouble = visits["trouble"].to_numpy()
    chosen = visits[rng.random(len(visits)) < 0.002 + 0.09 * trouble].copy()
    size, wrong = len(chosen), chosen["trouble"].to_numpy() >= 0.5
    day = chosen["day"].to_numpy() + rng.integers(0, 6, size)
    resolved = day + 1 + rng.poisson(5, size)
    cars = vehicles.iloc[chosen["vehicle"].to_numpy()]
    table = pd.DataFrame(
        {
            "complaint_date": day,
            "vin": cars["vin"].to_numpy(),
            "customer_id": customer_ids(plan, cars["customer"]),
            "severity": np.where(rng.random(size) < np.where(wrong, 0.3, 0.08), "major", "minor"),
            "dealer_fault": rng.random(size) < np.where(wrong, 0.75, 0.2),
            "resolved_date": np.where(rng.random(size) < 0.95, resolved, -1),
            "topic": rng.choice(plan.words.complaint_topics, size, p=_TOPIC_WEIGHTS),
        }
    )
    table = table[table["complaint_date"] <= LAST_DAY].sort_values(
        "complaint_date", kind="stable", ignore_index=True
    )
    resolved = table["resolved_date"].to_numpy()
    dates = resolved.astype("datetime64[D]")
    dates[resolved < 0] = np.datetime64("NaT")
    table["complaint_date"] = table["complaint_date"].to_numpy().astype("datetime64[D]")
    return table.assign(
        resolved_date=dates, complaint_id=[f"T{number:05d}" for number in range(1, len(table) + 1)]
    )


def record_checks(plan: Plan) -> pd.DataFrame:
    """A few records checked every day; how often they are right differs by kind and by person."""
    rng = plan.rng("record_checks")
    days = np.repeat(np.arange(FIRST_DAY, LAST_DAY + 1), rng.poisson(1.7, LAST_DAY + 1 - FIRST_DAY))
    kind = rng.choice(4, len(days), p=[0.3, 0.25, 0.2, 0.25])
    sellers, advisors = plan.role("sales_consultant"), plan.role("service_advisor")
    seller = rng.integers(len(sellers), size=len(days))
    advisor = rng.integers(len(advisors), size=len(days))
    skill = np.where(
        kind == 3,
        np.array([person.skill for person in advisors])[advisor],
        np.array([person.skill for person in sellers])[seller],
    )
    hours = np.round(rng.gamma(1.7, 6.5, len(days)) * (1 - 0.25 * skill), 1)
    return pd.DataFrame(
        {
            "check_date": days.astype("datetime64[D]"),
            "record_type": np.array(_RECORD_TYPES)[kind],
            "correct": rng.random(len(days)) < np.array(_CORRECT)[kind] + 0.025 * skill,
            "staff": np.where(
                kind == 3,
                np.array([person.name for person in advisors])[advisor],
                np.array([person.name for person in sellers])[seller],
            ),
            "field": rng.choice(plan.words.fields, len(days)),
            "hours_to_entry": np.where(kind == 1, np.nan, hours),
        }
    ).drop_duplicates(ignore_index=True)


def process_checks(plan: Plan) -> pd.DataFrame:
    """Each advisor's check-in and handover, looked at once a week."""
    rng = plan.rng("process_checks")
    first = day_number(date(2020, 1, 4))
    rows = []
    for day in range(first, LAST_DAY + 1, 7):
        for person in plan.role("service_advisor"):
            if rng.random() < 0.05:  # on leave
                continue
            for process in plan.words.processes:
                checked = int(rng.integers(10, 20))
                chance = 0.90 + 0.07 * person.skill + 0.01 * (day - first) / (AS_OF - first)
                passed = int(rng.binomial(checked, min(chance, 0.995)))
                rows.append(
                    (np.datetime64(day, "D"), person.name, "service_advisor", process, checked, passed)
                )
    return pd.DataFrame(
        rows, columns=["check_date", "staff", "role", "process", "items_checked", "items_passed"]
    )
