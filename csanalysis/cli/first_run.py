"""What a person is told after the first report."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from csanalysis.cli.terminal import next_step
from csanalysis.messages import Message

if TYPE_CHECKING:
    from csanalysis.fleet import Outcome


def tell_what_follows(outcomes: "Sequence[Outcome]") -> None:
    """After the first run: what is done with a report."""
    for outcome in [each for each in outcomes if each.made and each.place][:1]:
        line = Message(
            "next: open report.html; csanalysis show {place} lists its numbers; csanalysis plan {params} "
            "--freeze fixes the year's targets; csanalysis lists {params} writes this week's calls",
            "下一步：打开 report.html；csanalysis show {place} 列出其数字；csanalysis plan {params} --freeze "
            "将全年目标定稿；csanalysis lists {params} 写出本周的外呼清单",
            place=outcome.place,
            params=outcome.params_file,
        )
        next_step(line, outcome.params_file)
