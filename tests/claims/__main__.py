"""Write ``docs/claims.md``: ``python -m tests.claims``."""

from tests.claims.page import page
from tests.claims.reading import page_path

if __name__ == "__main__":
    page_path().parent.mkdir(exist_ok=True)
    page_path().write_text(page(), encoding="utf-8")
    print(page_path())
