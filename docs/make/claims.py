"""The page of claims, which is written in both languages at once, in one of them."""

import re

from docs.make.words import named, word

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_CELL = re.compile(r"(?<!\\)\|")
_KIND = re.compile(r"(- \*\*\w+\*\*: )(?P<en>[^`]*?) (?P<zh>[^` ]*[\u3400-\u9fff][^`]*?) (`.*)")
_FACTS = {
    "Metrics": "metrics",
    "Computed by": "computed",
    "Tried in simulated stores by `make calibrate`": "tried",
}


def claims_page(text: str, language: str) -> str:
    """Of ``docs/claims.md`` what one language says: its titles, paragraphs and columns."""
    blocks = [_block(block, language) for block in re.split(r"\n{2,}", text.strip())]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _block(block: str, language: str) -> str:
    if block.startswith("#"):
        marks, _, title = block.partition(" ")
        return f"{marks} {title.split(' · ')[-1 if language == 'zh' else 0]}"
    if block.startswith("|"):
        return "\n".join(_row(line, language) for line in block.splitlines())
    if block.startswith("- "):
        return "\n".join(_fact(line, language) for line in block.splitlines())
    return block if bool(_CHINESE.search(block)) == (language == "zh") else ""


def _row(line: str, language: str) -> str:
    """A row with the name and what one language says; a head in its own words."""
    name, zh, en = (cell.strip() for cell in _CELL.split(line)[1:-1])
    if name == "sentence":
        return f"| {word('name', language)} | {word('sentence', language)} |"
    return f"| {name} | {zh if language == 'zh' else en} |"


def _fact(line: str, language: str) -> str:
    if kind := _KIND.fullmatch(line):
        return f"{kind[1]}{kind[language]} {kind[4]}"
    label, _, names = line.removeprefix("- ").partition(": ")
    return f"- {named(_FACTS[label], language)}{names}" if label in _FACTS else line
