"""Every reason to call somebody, list by list, and the reasons of one customer joined in one case."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csanalysis.catalogue import Language, text
from csanalysis.chapters.shared import kept
from csanalysis.chapters.work_lists.evidence import evidence, features, gains
from csanalysis.chapters.work_lists.lists import CALL_LISTS
from csanalysis.display.lists.worklist import Reasons, WorkList
from csanalysis.metrics.stats.proof import ESTIMATES
from csanalysis.params import Params
from csanalysis.schema.workbook import digest

Tables = Mapping[str, pd.DataFrame]

_COLUMNS = ("vin", "lead_id", "from", "until", "reason", "offer", "amount", "duty")


def all_reasons(params: Params, tables: Tables) -> pd.DataFrame:
    """Every reason that stands on ``params.as_of``.

    Returns
    -------
    DataFrame
        One row a reason: ``case``, ``vin``, ``lead_id``, ``list``, ``place`` of the list in order,
        ``purpose``, ``duty``, ``holdout``, ``from``, ``until``, ``reason``, ``offer``, ``calls``, ``gain``,
        ``low``, ``high`` [fraction, NaN unknown], ``proof``, ``amount`` and ``worth`` [yuan, NaN unknown].
    """
    parts = [rows for of_list in _OF_LISTS if len(rows := of_list(params, tables))]
    if not parts:
        return _nothing()
    rows = pd.concat(parts, ignore_index=True)
    store = params.dealership.id
    names = rows["vin"].fillna("L:" + rows["lead_id"].astype("str"))
    cases = {name: f"C{digest(store, name, length=12)}" for name in names.unique()}
    return rows.assign(case=names.map(cases).astype("str"))


def _of_list(place: int, each: WorkList, reasons: Reasons) -> Reasons:
    """The valued reasons of one list, kept by the tables that it reads, whatever changed in others."""

    def of_list(params: Params, tables: Tables) -> pd.DataFrame:
        rows = reasons(params, tables)
        if rows.empty:
            return rows
        valued = _valued(params, tables, each, rows)
        owed = valued["duty"].astype("boolean").fillna(True).astype(bool)
        return valued.assign(
            list=each.name,
            place=place,
            purpose=each.purpose,
            duty=owed & each.duty & is_duty(params, each),
            holdout=each.holdout,
        )

    of_list.__qualname__ = f"reasons_of_{each.name}"
    return kept(of_list)


_OF_LISTS = [
    _of_list(place, each, each.reasons) for place, each in enumerate(CALL_LISTS) if each.reasons is not None
]


def is_duty(params: Params, work_list: WorkList) -> bool:
    """Whether params count the list's calls among the duties: by its name, or by its purpose."""
    return work_list.name in params.calls.duties or work_list.purpose in params.calls.duties


def _valued(params: Params, tables: Tables, each: WorkList, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with what a call to each changes and what that is worth."""
    rows = rows.reindex(columns=list(_COLUMNS)).reset_index(drop=True)
    spent = features(params, tables)["amount"].reindex(rows["vin"]).to_numpy(float)
    found = gains(params, tables, each, rows["vin"])
    rows = rows.assign(
        vin=rows["vin"].astype("str"),
        lead_id=rows["lead_id"].astype("str"),
        reason=rows["reason"].astype("str"),
        offer=rows["offer"].astype("str"),
        **{name: rows[name].astype("datetime64[s]") for name in ("from", "until")},
        amount=rows["amount"].astype(float).fillna(pd.Series(spent, index=rows.index)),
        calls=max(evidence(params, tables)[each.name].calls, 1.0),
        **{name: found[name] for name in ("gain", "low", "high", "proof")},
    )
    return rows.assign(worth=np.maximum(rows["gain"] * rows["amount"], 0.0))


def one_case_each(reasons: pd.DataFrame, *, language: Language) -> pd.DataFrame:
    """The reasons of each customer's vehicle, or lead, joined in one row.

    Returns
    -------
    DataFrame
        One row a case, in the order in which they are planned: duties by the order of their lists and
        by their last day, then by worth a call, estimates before upper bounds; where nothing is known
        to be gained, in an order that a draw decides. The columns are those of the main reason;
        ``lists`` names all of them, ``reason`` and ``offer`` join them in words, the main one first.
    """
    rate = (reasons["worth"] / reasons["calls"]).where(reasons["worth"] > 0)
    sure = reasons["proof"].isin(ESTIMATES) & rate.notna()
    level = np.select([reasons["duty"], sure, rate.notna()], [0, 1, 2], default=3)
    drawn = [digest(case, length=8) for case in reasons["case"]]
    ordered = reasons.assign(
        level=level,
        _first=np.where(level == 0, reasons["place"], 0),
        _rate=np.where(level == 0, 0.0, -rate.fillna(0.0)),
        _until=reasons["until"].where(level == 0),
        _drawn=drawn,
    ).sort_values(["level", "_first", "_until", "_rate", "_drawn", "place"], kind="stable")
    main = ordered.drop_duplicates("case").set_index("case")
    lists, reasons_of, offers, kept = _joined(ordered)
    joined = text("sign.list", language).join
    return (
        main.assign(
            lists=pd.Series({case: tuple(names) for case, names in lists.items()}, dtype=object),
            reason=pd.Series({case: joined(words) for case, words in reasons_of.items()}, dtype="str"),
            offer=pd.Series(
                {case: joined(dict.fromkeys(words)) for case, words in offers.items()}, dtype="str"
            ),
            holdout=pd.Series(kept, dtype=bool),
        )
        .drop(columns=["_first", "_until", "_rate", "_drawn"])
        .reset_index()
    )


def _joined(
    ordered: pd.DataFrame,
) -> tuple[dict[str, list[str]], dict[str, list[str]], dict[str, list[str]], dict[str, bool]]:
    """By case its lists, reasons and offers in order, and whether all its lists may hold it out."""
    lists: dict[str, list[str]] = {}
    reasons: dict[str, list[str]] = {}
    offers: dict[str, list[str]] = {}
    kept: dict[str, bool] = {}
    columns = (ordered[name].tolist() for name in ("case", "list", "reason", "offer", "holdout"))
    for case, name, reason, offer, holdout in zip(*columns, strict=True):
        lists.setdefault(case, []).append(name)
        reasons.setdefault(case, []).append(reason)
        offers.setdefault(case, []).extend([offer] if isinstance(offer, str) else [])
        kept[case] = kept.get(case, True) and holdout
    return lists, reasons, offers, kept


def _nothing() -> pd.DataFrame:
    texts = ("case", "vin", "lead_id", "list", "purpose", "reason", "offer", "proof")
    numbers = ("calls", "gain", "low", "high", "amount", "worth")
    return pd.DataFrame(
        {
            **{name: pd.array([], dtype="str") for name in texts},
            **{name: pd.Series([], dtype="datetime64[s]") for name in ("from", "until")},
            **{name: np.array([], dtype=float) for name in numbers},
            **{name: np.array([], dtype=bool) for name in ("duty", "holdout")},
            "place": np.array([], dtype=int),
        }
    )
