"""Whatever a file of JSON should not be is a ValueError."""

import pytest

from csanalysis.json_files import parsed_json, read_json

DEEP = 100_000


@pytest.mark.parametrize(
    "text", ["", "{", "\x00", "[" * DEEP, '{"a":' * DEEP, "[" * DEEP + "]" * DEEP, b"\xff\xfe"]
)
def test_what_is_no_json_is_a_value_error(text, tmp_path):
    with pytest.raises(ValueError):
        parsed_json(text)
    path = tmp_path / "damaged.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ValueError):
        read_json(path)


def test_json_is_what_it_says(tmp_path):
    path = tmp_path / "whole.json"
    path.write_text('{"名": [1, null]}', encoding="utf-8")
    assert read_json(path) == parsed_json(path.read_bytes()) == {"名": [1, None]}
    with pytest.raises(FileNotFoundError):
        read_json(tmp_path / "missing.json")
