"""What the plan year starts from: sales targets, people, and measures against weak items."""

from datetime import date

import numpy as np
import pandas as pd

from csanalysis.demo.plan import LAST_YEAR, Plan, day_number

_REQUESTS = 6  # a team


def sales_targets(plan: Plan) -> pd.DataFrame:
    """Units for each month of the plan year."""
    return pd.DataFrame(
        {
            "month": [np.datetime64(f"{LAST_YEAR + 1}-{month:02d}-01") for month in range(1, 13)],
            "units": plan.targets,
        }
    )


def staff(plan: Plan) -> pd.DataFrame:
    """Everyone, with role, team and share of the work."""
    return pd.DataFrame(
        {
            "staff": [person.name for person in plan.people],
            "role": [person.role for person in plan.people],
            "team": [person.team or None for person in plan.people],
            "weight": [person.weight for person in plan.people],
        }
    )


def team_requests(plan: Plan, orders: pd.DataFrame) -> pd.DataFrame:
    """A few vehicles that each team asked for in the last weeks, though another saw them last."""
    rng = plan.rng("team_requests")
    last = orders.sort_values(["visit_date", "ro_number"]).drop_duplicates("vin", keep="last")
    last = last[last["visit_date"] >= np.datetime64(f"{LAST_YEAR}-07-01")].sort_values("vin")
    chosen = last.iloc[rng.permutation(len(last))[: _REQUESTS * len(plan.teams)]]
    first = day_number(date(LAST_YEAR, 11, 20))
    days = first + np.sort(rng.integers(0, 38, len(chosen)))
    others = [[team for team in plan.teams if team != own] or [own] for own in chosen["team"]]
    return pd.DataFrame(
        {
            "vin": chosen["vin"].to_numpy(),
            "team": [teams[place % len(teams)] for place, teams in enumerate(others)],
            "request_date": [np.datetime64(int(day), "D") for day in days],
        }
    )


def actions(plan: Plan) -> pd.DataFrame:
    """Two measures for each weak item, the older of which is done."""
    rng = plan.rng("actions")
    weak = [(programme, code) for programme in (plan.service, plan.sales) for code in programme.weak]
    rows = []
    for number, (programme, code) in enumerate(weak * 2, start=1):
        owners = plan.role("service_advisor" if programme is plan.service else "sales_consultant")
        start = day_number(date(LAST_YEAR, 2, 3)) + 40 * number + int(rng.integers(0, 8))
        due = start + 60
        done = due - int(rng.integers(-6, 15)) if number <= len(weak) else None
        name = dict(programme.items)[code]
        rows.append(
            {
                "action_id": f"Z{number:02d}",
                "item_code": code,
                "measure": plan.words.measures[(number - 1) // len(weak)].format(item=name),
                "owner": owners[number % len(owners)].name,
                "start_date": np.datetime64(start, "D"),
                "due_date": np.datetime64(due, "D"),
                "done_date": np.datetime64("NaT") if done is None else np.datetime64(done, "D"),
            }
        )
    return pd.DataFrame(rows)
