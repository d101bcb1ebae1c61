"""Addresses of what lies in an object store: which texts are one, and how one is shown."""

import re

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://")  # a single letter is a drive
_CREDENTIALS = re.compile(r"(?<=://)[^/]*:[^/]*@")
_QUERY = re.compile(r"\?[^?\s]*=\S*")


def is_address(text: str) -> bool:
    """Whether it is no path but an address, such as ``s3://bucket/dezhou/sales_*.xlsx``."""
    return _ADDRESS.match(text) is not None


def shown(text: str) -> str:
    """A text as people and files may see it: addresses without user and password, and without a query."""
    return _QUERY.sub("", _CREDENTIALS.sub("", text)) if "://" in text else text
