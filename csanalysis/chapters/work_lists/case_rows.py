"""The call plan as rows of sheets: whom each caller calls, who is not called, whose phone is wrong."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.catalogue import Language, group_label, text
from csanalysis.catalogue.texts import has_text
from csanalysis.chapters.work_lists.call_plan import CallPlan
from csanalysis.display.lists.columns import CASE_IDS, CASE_SHEET
from csanalysis.display.lists.people import case_customers
from csanalysis.params import Params
from csanalysis.schema.workbook import CASE_COLUMNS

Tables = Mapping[str, pd.DataFrame]

NOT_PLANNED = (
    "why_not", "purpose", "customer_name", "phone", "plate", "model", "last_visit", "call_reason", "offer",
    "worth", "proof", *CASE_IDS,
)  # fmt: skip
TO_MEND = ("why_not", "customer_name", "phone", "plate", "model", "last_visit", "purpose", *CASE_IDS)
HELD_OUT = ("vin", "listed_in", "reason")

UNCALLED = ("holdout", "do_not_call")
"""Why not: whoever must not be called is listed without name and phone."""


def rows_of_cases(plan: CallPlan, params: Params, tables: Tables) -> pd.DataFrame:
    """Every case of the plan as it is written, in its order.

    Parameters
    ----------
    plan : CallPlan
        From :func:`csanalysis.chapters.work_lists.call_plan.call_plan`.
    params, tables
        The dealership's.

    Returns
    -------
    DataFrame
        The columns of :data:`~csanalysis.display.lists.columns.CASE_SHEET` and
        :data:`~csanalysis.display.lists.columns.CASE_IDS`, and ``case``, ``owner``, ``list``; ``purpose_key``
        and ``why`` beside ``purpose`` and ``why_not`` in words; ``listed_in`` names all its lists.
    """
    language, cases = params.language, plan.cases
    rows = case_customers(cases, tables)
    names = {name: text(f"list.{name}", language) for name in {*cases["lists"].explode().dropna()}}
    comma = text("sign.list", language)
    return rows.assign(
        call_reason=rows["reason"],
        script=_said(rows["list"], "call_script", language),
        proof=_said(rows["proof"], "value.basis", language),
        purpose_key=rows["purpose"],
        purpose=[group_label("purpose", str(purpose), language) for purpose in rows["purpose"]],
        why=rows["why_not"].fillna("").astype("str"),
        why_not=_said(rows["why_not"], "call_plan.why_not", language),
        worth=rows["worth"].round(0),
        listed_in=[comma.join(names[name] for name in lists) for lists in rows["lists"]],
    )


def caller_sheets(rows: pd.DataFrame, plan: CallPlan) -> dict[str, pd.DataFrame]:
    """The rows of each caller, by day, duties first, then by worth; empty ones for whoever has no case."""
    planned = rows[rows["planned"].to_numpy(dtype=bool)]
    planned = planned.sort_values(
        ["day", "duty", "worth", "case"], ascending=[True, False, False, True], kind="stable"
    )
    kept = [name for name in CASE_SHEET if name != "plate" or rows["plate"].notna().any()]
    columns = [*kept, *CASE_IDS, "case", "purpose_key"]
    owners = dict.fromkeys([*plan.callers["owner"], *planned["owner"].unique()])
    return {
        owner: planned.loc[(planned["owner"] == owner).to_numpy(), columns].reset_index(drop=True)
        for owner in owners
    }


def not_planned(rows: pd.DataFrame) -> pd.DataFrame:
    """Who qualifies and is not called, and why; whoever must not be called bears no name and no phone."""
    left = rows[~rows["planned"].to_numpy(dtype=bool)]
    unnamed = left["why"].isin(UNCALLED).to_numpy()
    left = left.assign(**{name: left[name].mask(unnamed) for name in ("customer_name", "phone", "plate")})
    return left.reindex(columns=_known(NOT_PLANNED, rows)).reset_index(drop=True)


def phones_to_mend(rows: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Cases whose phone is missing or wrong: for whoever keeps the customers' records."""
    none = rows["phone"].isna() & ~rows["why"].isin(UNCALLED)
    wrong = rows["why"].eq("wrong_number")
    found = rows[(none | wrong).to_numpy()]
    words = {kind: text(f"call_plan.why_not.{kind}", language) for kind in ("no_phone", "wrong_number")}
    why = found["phone"].isna().map({True: words["no_phone"], False: words["wrong_number"]})
    return found.assign(why_not=why).reindex(columns=_known(TO_MEND, rows)).reset_index(drop=True)


def held_out(rows: pd.DataFrame, params: Params) -> pd.DataFrame:
    """Whom not to call at all this year, without name and phone, and on which lists they would stand."""
    drawn = rows[rows["why"].eq("holdout").to_numpy()]
    reason = text("list_reason.holdout", params.language, year=params.plan_year)
    return drawn.assign(reason=reason)[list(HELD_OUT)].reset_index(drop=True)


def case_lines(plan: CallPlan, owner: str | None = None) -> pd.DataFrame:
    """A line a case, as :data:`~csanalysis.schema.workbook.CASE_COLUMNS` has it; of one owner if given."""
    cases = plan.cases
    if owner is not None:
        cases = cases[(cases["planned"] & (cases["owner"] == owner)).to_numpy(dtype=bool)]
    return cases.assign(
        day=pd.to_datetime(cases["day"]).dt.strftime("%Y-%m-%d"), planned=cases["planned"].astype(int)
    )[list(CASE_COLUMNS)]


def _known(columns: tuple[str, ...], rows: pd.DataFrame) -> list[str]:
    """The columns without that of number plates where none is known."""
    return [name for name in columns if name != "plate" or rows["plate"].notna().any()]


def _said(keys: pd.Series, place: str, language: Language) -> list[str]:
    """The text of each key; empty where there is none."""
    texts = {
        key: text(f"{place}.{key}", language) if has_text(f"{place}.{key}") else ""
        for key in keys.dropna().unique()
        if key
    }
    return [texts.get(key, "") if isinstance(key, str) else "" for key in keys]
