from datetime import datetime
from random import Random

import pandas as pd
import pytest

from csanalysis.demo import forms

DAY = datetime(2023, 5, 7, 9, 17)


@pytest.mark.parametrize(
    ("cell", "value", "text"),
    [
        (forms.iso, DAY, "2023-05-07"),
        (forms.slashed, DAY, "2023/5/7"),
        (forms.digits, DAY, "20230507"),
        (forms.chinese, DAY, "2023年5月7日"),
        (forms.chinese_month, DAY, "2023年5月"),
        (forms.digit_month, DAY, "202305"),
        (forms.slashed_time, DAY, "2023/5/7 9:17"),
        (forms.serial, DAY, 45053),
        (forms.commas, 1280.0, "1,280.00"),
        (forms.with_affixes("￥", forms.commas), 1280.0, "￥1,280.00"),
        (forms.with_affixes("", forms.whole, " km"), 12345.0, "12,345 km"),
        (forms.percent, 0.85, "85%"),
        (forms.wide, "LSV1", "ＬＳＶ１"),
        (forms.plain, 3.0, "3"),
        (forms.yes_no("是", "否"), False, "否"),
        (forms.vocabulary("oem 厂家 | internal 本店"), "internal", "本店"),
        (forms.vocabulary("oem 厂家 | internal 本店"), "另外", "另外"),
    ],
)
def test_cell_is_written(cell: forms.Cell, value: object, text: object) -> None:
    assert cell(value, Random(1)) == text


def test_missing_values_are_empty_cells() -> None:
    assert forms.write_cells(pd.Series([1.5, None]), forms.plain, Random(1)) == ["1.5", ""]


def test_rare_forms_keep_their_share() -> None:
    cell = forms.mixed_forms(forms.plain, (forms.wide, 0.25))
    random = Random(1)
    rare = sum(cell("A", random) == "Ａ" for _ in range(4000))
    assert 900 < rare < 1100
