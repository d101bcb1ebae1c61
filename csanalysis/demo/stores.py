"""The dealerships to write: three of their own kind, and as many more like them as a benchmark wants."""

from dataclasses import replace

from csanalysis.demo import haibin, haibin_exports, longshan, longshan_exports, riverside, riverside_exports
from csanalysis.demo.export import Export
from csanalysis.demo.plan import Plan

GROUP = {"zh": "远航集团", "en": "Yuanhang Group"}
EXPORTS: dict[str, tuple[Export, ...]] = {
    "haibin": haibin_exports.EXPORTS,
    "longshan": longshan_exports.EXPORTS,
    "riverside": riverside_exports.EXPORTS,
}

_PLANS = (haibin.PLAN, longshan.PLAN, riverside.PLAN)
_PLACES = {
    "zh": ("安平", "临河", "青岚", "云台", "双桥", "柳泉"),
    "en": ("Ashford", "Milton", "Kingsley", "Harlow"),
}
_ENDINGS = {"zh": ("众联", "宏远", "鑫盛", "通达", "恒信"), "en": (" Motors", " Cars", " Auto")}


def plans(dealerships: int, seed: int) -> list[Plan]:
    """As many plans as asked for; those after the third vary the three in size, habits and chance."""
    return [
        replace(_PLANS[number], seed=seed) if number < len(_PLANS) else _another(number, seed)
        for number in range(dealerships)
    ]


def _another(number: int, seed: int) -> Plan:
    model = _PLANS[number % len(_PLANS)]
    rng = replace(model, id=f"demo-{number + 1:03d}", seed=seed).rng("store")
    size = float(rng.uniform(0.4, 1.1))
    places, endings = _PLACES[model.language], _ENDINGS[model.language]
    place, ending = places[number % len(places)], endings[number // len(places) % len(endings)]
    return replace(
        model,
        id=f"demo-{number + 1:03d}",
        name=f"{place}{ending} {number + 1:03d}",
        units=tuple(round(units * size) for units in model.units),
        earlier_units=round(model.earlier_units * size),
        targets=tuple(max(round(units * size), 1) for units in model.targets),
        elsewhere=round(model.elsewhere * size),
        local_share=float(min(model.local_share * rng.uniform(0.85, 1.1), 0.97)),
        lapse=float(model.lapse * rng.uniform(0.8, 1.25)),
        seed=seed,
    )
