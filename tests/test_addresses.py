"""What is an address and what a path, and what of an address is shown."""

import pytest

from csanalysis.addresses import is_address, shown


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("s3://bucket/a_202?.csv", "s3://bucket/a_202?.csv"),
        ("https://host/a.csv?token=1&x=2", "https://host/a.csv"),
        (
            "abfs://container@account.dfs.core.windows.net/a",
            "abfs://container@account.dfs.core.windows.net/a",
        ),
        ("ftp://user:s3cret@host/a.csv?sig=abc", "ftp://host/a.csv"),
    ],
)
def test_an_address_is_shown_without_its_secrets(text, told):
    assert is_address(text) and shown(text) == told


@pytest.mark.parametrize(
    "text", ["exports/a.csv", "/data/a.csv", "C:\\data\\a.csv", "C://data/a.csv", "a?b=c.csv"]
)
def test_a_path_is_no_address(text):
    assert not is_address(text) and shown(text) == text
