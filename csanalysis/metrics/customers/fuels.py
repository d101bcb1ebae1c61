"""What vehicles run on: as the ledger says, and where it does not, by the name of the model."""

import pandas as pd

ELECTRIC = "electric"

MODEL_WORDS = (
    r"纯电|电动(?!尾门|天窗|座椅|门|踏板)|(?:MINI|(?<![A-Za-z]))B?EV(?![A-Za-z])|\bID\.?\s?\d|\bID\. ?[A-Z]|"
    r"\be-(?!(?i:power|hev|cvt|boost))\w"
)
"""What names of models say of an electric drive, where no column tells what a vehicle runs on."""

NOT_ELECTRIC = r"插混|插电|混动|增程|PHEV|HEV|hybrid|plug-?in|DM-?i"


def is_electric(sales: pd.DataFrame) -> pd.Series:
    """Which sales are of electric vehicles; a plug-in hybrid is none.

    Parameters
    ----------
    sales : DataFrame
        ``model`` and, if there is one, ``fuel``: what it says counts, where it is empty the model's name.

    Returns
    -------
    Series of bool
        Index as ``sales``.
    """
    name = sales["model"].astype("str").fillna("")
    said = name.str.contains(MODEL_WORDS, regex=True, case=True) & ~name.str.contains(
        NOT_ELECTRIC, regex=True, case=False
    )
    if "fuel" not in sales:
        return said
    return said.mask(sales["fuel"].notna(), sales["fuel"].eq(ELECTRIC).fillna(False)).astype(bool)


def fuels(sales: pd.DataFrame) -> pd.Series | None:
    """What each sale says that the vehicle runs on; None where none says it.

    Parameters
    ----------
    sales : DataFrame
        ``model`` and ``fuel``. Where that is empty, a model whose name says so is electric; of other names
        nothing is known.

    Returns
    -------
    Series of object
        Index as ``sales``; NaN where not known.
    """
    if "fuel" not in sales or sales["fuel"].isna().all():
        return None
    told = sales["fuel"].astype("object")
    return told.mask(told.isna() & is_electric(sales), ELECTRIC)
