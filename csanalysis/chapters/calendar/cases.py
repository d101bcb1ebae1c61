"""What the chapter's rates count, so that they can be split by any column."""

from collections.abc import Mapping
from functools import partial

import pandas as pd

from csanalysis.metrics.campaigns import campaigns
from csanalysis.metrics.campaigns.new_customers import campaign_arrival_rate
from csanalysis.metrics.periods import complete_years
from csanalysis.metrics.stats.cases import Cases, by_one
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


def reference_years(held: pd.DataFrame, as_of: pd.Timestamp) -> list[int]:
    """The complete years on which the reference rates rest; ``held`` are the campaigns."""
    return complete_years(held["start_date"], as_of=as_of)[-campaigns.REFERENCE_YEARS :]


def cases(params: Params, tables: Tables) -> dict[str, Cases]:
    """By metric what it counts: past campaigns, year by year and over the reference years together."""
    if (held := tables.get("campaigns")) is None:
        return {}
    as_of = pd.Timestamp(params.as_of)

    years = reference_years(held, as_of)

    def arrived(rows: pd.DataFrame, by: str | None) -> pd.DataFrame:
        found = [campaign_arrival_rate(rows, as_of=as_of, by=by)]
        if years:
            found.append(campaigns.campaign_arrival_rate_of_years(rows, as_of=as_of, by=by, years=years))
        return pd.concat(found, ignore_index=True)

    def ratio(rows: pd.DataFrame, by: str | None, *, metric: str) -> pd.DataFrame:
        spans = [None, years] if years else [None]
        found = [campaigns.campaign_ratio(rows, metric, as_of=as_of, by=by, years=span) for span in spans]
        return pd.concat(found, ignore_index=True)

    counts = {"campaign_arrival_rate": arrived}
    counts |= {metric: partial(ratio, metric=metric) for metric in campaigns.RATIOS}
    return {
        name: Cases(held, by_one(count), "campaigns", "start_date", tables) for name, count in counts.items()
    }
