"""A share of the call lists is left uncalled, and what calling changes is measured on it a year later."""

import dataclasses

import pytest

from csanalysis.chapters import work_lists
from csanalysis.chapters.value.sentences import about_holdout
from csanalysis.ingest import Store
from csanalysis.ingest.rejects import no_rejects, rejects_in_language
from csanalysis.metrics.value.holdout import in_holdout
from csanalysis.report.build import write_rejects
from csanalysis.report.files.held_out import held_out_rows


def test_a_holdout_of_the_year_before_is_measured(params_of, visits_of, clean_table):
    """Two hundred vehicles last seen in August 2024: those to be called are called, and half of them come."""
    vins = [f"V{number:03d}" for number in range(200)]
    kept = dict(zip(vins, in_holdout(vins, plan_year=2025, share=0.3), strict=True))
    visits = visits_of(
        {v: ["2024-08-10", *(["2025-02-01"] if not kept[v] and int(v[1:]) % 2 else [])] for v in vins}
    )
    contacts = clean_table(
        "contacts",
        [
            {"contact_id": v, "vin": v, "contact_date": "2025-01-20 10:00", "purpose": "maintenance"}
            for v in vins
            if not kept[v]
        ],
    )
    tables = {"service_visits": visits, "vehicle_sales": clean_table("vehicle_sales"), "contacts": contacts}
    results = work_lists.measure(params_of(value={"holdout_share": 0.3}), tables)
    expected = sum(int(v[1:]) % 2 for v in vins if not kept[v]) / (200 - sum(kept.values()))
    assert results.value("holdout_effect", 2025, list="contact_window") == pytest.approx(expected)
    assert results.value("holdout_called_share", 2025, list="contact_window", arm="kept") == 0
    assert results.value("holdout_power", 2025, list="contact_window") is not None
    assert len(work_lists.measure_holdout(params_of(), tables)) == 0


def test_a_call_to_somebody_kept_apart_has_its_file_sheet_and_row(
    params_of, visits_of, clean_table, tmp_path
):
    """Of 60 vehicles last seen in August 2024 two that were kept apart are called; one call has another purpose."""
    vins = [f"V{number:03d}" for number in range(60)]
    drawn = in_holdout(vins, plan_year=2025, share=0.3)
    first, second, third, *_ = (vin for vin, apart in zip(vins, drawn, strict=True) if apart)
    free = next(vin for vin, apart in zip(vins, drawn, strict=True) if not apart)
    calls = [
        (free, "2025-01-20", "maintenance"), (first, "2025-01-21", "maintenance"), (third, "2025-01-21", "insurance"),
        (second, "2025-02-03", "win_back"), (second, "2024-12-31", "win_back"),
    ]  # fmt: skip
    lines = [f" C{n} ,{vin},{day},{purpose}" for n, (vin, day, purpose) in enumerate(calls)]
    (tmp_path / "calls.csv").write_text(
        "\n".join(["Call log,,,", "contact_id,vin,contact_date,purpose", *lines])
    )
    contacts = clean_table(
        "contacts",
        [
            {"contact_id": f"C{n}", "vin": vin, "contact_date": f"{day} 10:00", "purpose": purpose}
            for n, (vin, day, purpose) in enumerate(calls)
        ],
    )
    tables = {
        "service_visits": visits_of({vin: ["2024-08-10"] for vin in vins}),
        "vehicle_sales": clean_table("vehicle_sales"),
        "contacts": contacts,
    }
    sources = {"vehicle_sales": "sales.csv", "service_visits": "visits.csv", "contacts": "calls.csv"}
    params = params_of(value={"holdout_share": 0.3}, sources=sources)
    store = Store(params, tmp_path / "store.yml", tables, (), no_rejects(), [])
    results = work_lists.measure_holdout(params, tables)
    rows = held_out_rows(store, results)
    kept = results.select("holdout_called_share", "year", "list", arm="kept")
    assert len(rows) == kept["numerator"].sum() == 2
    assert rows[["table", "file", "row", "problem"]].to_numpy().tolist() == [
        ["contacts", "calls.csv", 4, "held_out"],
        ["contacts", "calls.csv", 6, "held_out"],
    ]
    for language, word in (("zh", "对照组"), ("en", "kept apart")):
        said = rejects_in_language(language, rows)["reason"]
        assert said.str.contains(word).all()
        assert "2" in str(about_holdout(results, share=0.3, language=language))
        path = tmp_path / f"{language}.csv"
        held = dataclasses.replace(store, params=params.model_copy(update={"language": language}))
        write_rejects(path, held, also=rows, with_values=True)
        assert path.read_text("utf-8-sig").count(said.iloc[0]) == 2
    nobody = results.from_rows([])
    assert held_out_rows(store, nobody).empty
