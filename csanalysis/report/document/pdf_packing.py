"""A PDF's small objects packed together and compressed, as PDF 1.5 and later allow.

Typst writes every tag that a screen reader needs as an object in plain text, which is more than half of a
report's file. Nothing is drawn or tagged differently afterwards.
"""

import re
import zlib

_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])")
_PER_STREAM = 200
_OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)\s*endobj\s*$", re.DOTALL)


def packed(pdf: bytes) -> bytes:
    """The same document with its objects in compressed object streams; the same bytes for the same input.

    A file that is not laid out as Typst does it (one cross-reference table, no encryption) is returned as it
    is.
    """
    found = _START.search(pdf)
    if not found or not pdf.startswith(b"xref", int(found[1])):
        return pdf
    table, _, trailer = pdf[int(found[1]) : found.start()].partition(b"trailer")
    starts = sorted(int(entry[1]) for entry in _ENTRY.finditer(table) if entry[3] == b"n")
    objects: dict[int, bytes] = {}
    for start, end in zip(starts, [*starts[1:], int(found[1])], strict=True):
        parts = _OBJECT.match(pdf[start:end])
        if parts is None:
            return pdf
        objects[int(parts[1])] = parts[2]
    header = pdf[: starts[0]]
    return _written(header, objects, trailer.strip().removeprefix(b"<<").removesuffix(b">>"))


def _written(header: bytes, objects: dict[int, bytes], trailer: bytes) -> bytes:
    out = bytearray(header)
    places: dict[int, tuple[int, int, int]] = {}
    small = [number for number, body in objects.items() if not body.endswith(b"endstream")]
    for number in sorted(objects.keys() - set(small)):
        places[number] = (1, len(out), 0)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, objects[number])
    following = max(objects) + 1
    for first in range(0, len(small), _PER_STREAM):
        members = small[first : first + _PER_STREAM]
        places[following] = (1, len(out), 0)
        places |= {number: (2, following, place) for place, number in enumerate(members)}
        out += b"%d 0 obj\n%b\nendobj\n" % (following, _object_stream([(n, objects[n]) for n in members]))
        following += 1
    places[following] = (1, len(out), 0)
    rows = b"".join(
        kind.to_bytes(1) + where.to_bytes(4) + place.to_bytes(2)
        for kind, where, place in (places.get(number, (0, 0, 0)) for number in range(following + 1))
    )
    kept = re.sub(rb"/Size\s+\d+", b"", trailer).strip()
    about = b"/Type/XRef/Size %d/W[1 4 2] %b" % (following + 1, kept)
    out_of = len(out)
    out += b"%d 0 obj\n%b\nendobj\n" % (following, _stream(about, rows))
    out += b"startxref\n%d\n%%%%EOF\n" % out_of
    return bytes(out)


def _object_stream(members: list[tuple[int, bytes]]) -> bytes:
    heads, bodies = [], bytearray()
    for number, body in members:
        heads.append(b"%d %d" % (number, len(bodies)))
        bodies += body + b"\n"
    index = b" ".join(heads) + b"\n"
    return _stream(b"/Type/ObjStm/N %d/First %d" % (len(members), len(index)), index + bytes(bodies))


def _stream(about: bytes, content: bytes) -> bytes:
    deflated = zlib.compress(content, 9)
    return b"<<%b/Length %d/Filter/FlateDecode>>\nstream\n%b\nendstream" % (about, len(deflated), deflated)
