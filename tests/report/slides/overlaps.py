"""Whether the shapes of a deck lie on their slides, each beside the others."""

from typing import Any


def nothing_overlaps(deck: Any) -> None:
    """Every shape behind the title slide lies on its slide, and none on another."""
    for slide in list(deck.slides)[1:]:
        boxes = [(s.name, s.left, s.top, s.left + s.width, s.top + s.height) for s in slide.shapes]
        for place, (name, left, top, right, bottom) in enumerate(boxes):
            assert left >= 0 and top >= 0 and right <= deck.slide_width and bottom <= deck.slide_height, name
            for other, left2, top2, right2, bottom2 in boxes[place + 1 :]:
                apart = right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top
                assert apart, (slide.name, name, other)
