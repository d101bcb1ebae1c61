"""``docs/claims.md``: every sentence of the report that claims a cause or a difference, below its test."""

from collections.abc import Iterable

from tests.claims.reading import Sentence, catalogue, sentences

_HEAD = """# Claims of the report and the tests behind them · 报告的结论与所依据的检验

Written by `make claims`, not by hand. A sentence that claims a cause or a difference names its test in its
chapter's `sentences.yml` or `words.yml`; the tests stand in `csanalysis/catalogue/claims.yml`. What is in braces is
filled in. How often a test errs in simulated stores stands in `csanalysis/catalogue/calibration.yml`. Prose that is
fixed in the notebooks holds no result of a store.

本页由 `make claims` 生成。凡说原因或差别的句子，都在所属章节的 `sentences.yml` 或 `words.yml` 中注明检验；
花括号内为填入的数字；各检验在模拟门店中的误判率见 `csanalysis/catalogue/calibration.yml`。笔记本中固定的文字不含门店的结果。
"""


def page() -> str:
    """The whole page."""
    held, said = catalogue(), sentences()
    parts = [_HEAD]
    for name, test in held["tests"].items():
        own = [each for each in said if each.claims == name]
        parts.append(
            "\n".join(
                [
                    f"## {name}",
                    "",
                    test["en"],
                    "",
                    test["zh"],
                    "",
                    f"- Metrics: {_code(test['metrics'])}",
                    f"- Computed by: {_code(test['functions'])}",
                    *(
                        [f"- Tried in simulated stores by `make calibrate`: {_code(test['tried'])}"]
                        if test["tried"]
                        else []
                    ),
                    "",
                    *_table(own),
                    "",
                ]
            )
        )
    parts.append("## Sentences that sound like a claim and are none · 不是结论的句子\n")
    for name, kind in held["describes"].items():
        keys = [each.key for each in said if each.describes == name]
        parts.append(f"- **{name}**: {kind['en']} {kind['zh']} {_code(keys)}")
    return "\n".join(parts) + "\n"


def _table(own: Iterable[Sentence]) -> list[str]:
    rows = [f"| `{each.key}` | {_cell(each.zh)} | {_cell(each.en)} |" for each in own]
    return ["| sentence | 中文 | English |", "|---|---|---|", *rows]


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("**", "").strip()


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
