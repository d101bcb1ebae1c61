"""Addresses of what lies in an object store: which texts are one, and how one is shown."""

import re

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://")  # a single letter is a drive
_NEARLY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_WITHOUT_BUCKETS = ("file", "local", "memory")
_CREDENTIALS = re.compile(r"(?<=://)[^/]*:[^/]*@")
_QUERY = re.compile(r"\?[^?\s]*=\S*")


def is_address(text: str) -> bool:
    """Whether it is no path but an address, such as ``s3://bucket/dezhou/sales_*.xlsx``."""
    return _ADDRESS.match(text) is not None


def names_a_place(address: str) -> bool:
    """Whether it leads to a bucket or a folder by plain names; ``s3://`` and ``s3://bucket/../x`` do not."""
    kind, _, rest = address.partition("://")
    if kind in _WITHOUT_BUCKETS:
        rest = rest.lstrip("/")
    return "\\" not in rest and not {"", ".", ".."} & {*rest.rstrip("/").split("/")}


def is_mistyped(text: str) -> bool:
    """Whether it is neither an address nor a path, such as ``s3:/bucket`` and ``S3://bucket``."""
    return _NEARLY.match(text) is not None and not is_address(text)


def shown(text: str) -> str:
    """A text as people and files may see it: addresses without user and password, and without a query."""
    return _QUERY.sub("", _CREDENTIALS.sub("", text)) if "://" in text else text
