"""The page of a service that has no store whose params can be read."""

from datetime import UTC
from unittest.mock import Mock

import pytest

from csanalysis.schedule.board import Board
from csanalysis.schedule.roster import Member


@pytest.mark.parametrize("count", [0, 1], ids=["no store", "one whose params cannot be read"])
def test_a_page_is_written_though_no_store_names_a_language(tmp_path, count):
    member = Member(tmp_path / "west.yml", None, ())
    roster = Mock(
        members={member.path: member} if count else {}, works=lambda member: (), masked=lambda *_: ()
    )
    board = Board(tmp_path, roster, Mock(entries={}), UTC, lambda path, work: None)
    board.save()
    page = (tmp_path / "status.html").read_text(encoding="utf-8")
    assert ("west" in page) == bool(count)
