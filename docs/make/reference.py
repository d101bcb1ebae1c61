"""Pages of what the program knows: tables, keys of the params, metrics, commands."""

from typing import Any

from typer.main import get_command

from csanalysis.catalogue import METRICS, table_label
from csanalysis.cli import app
from csanalysis.cli.spoken import texts
from csanalysis.desk.splitting import why_unsplit
from csanalysis.messages import said
from csanalysis.params.keys import Key, keys
from csanalysis.report.notebook.places import CATALOGUED, chapter_title, places
from csanalysis.schema import HEADERS, REQUIRED_TABLES, TABLES, VOCABULARIES, Column
from csanalysis.starter import _KINDS as KINDS
from docs.make.words import cell, named, table, word


def tables_page(language: str) -> str:
    """Every table with its columns, and every word that a column may say."""
    required = ", ".join(f"`{name}`" for name in REQUIRED_TABLES)
    parts = [f"# {word('tables', language)}\n", word("tables.lead", language, required=required)]
    heads = [word(name, language) for name in ("column", "name", "kind", "needed", "also")]
    for name, each in TABLES.items():
        title = each.zh if language == "zh" else name
        facts = [word("key", language, columns=", ".join(f"`{key}`" for key in each.key))] if each.key else []
        facts += [word("dated", language, column=f"`{each.dated_by}`")] if each.dated_by else []
        rows = [_column(name, column, language) for column in each.columns]
        parts += [f"\n## {title} {{#{name}}}\n", f"`{name}`  {' '.join(facts)}\n", table(heads, rows)]
    parts += [f"\n## {word('vocabularies', language)} {{#words}}\n", word("vocabularies.lead", language)]
    for name, held in VOCABULARIES.items():
        rows = [[f"`{ours}`", cell(", ".join(theirs))] for ours, theirs in held.items()]
        heads = [word("name", language), word("words", language)]
        parts += [f"\n### {name} {{#words-{name}}}\n", table(heads, rows)]
    return "\n".join(parts)


def _column(table: str, column: Column, language: str) -> list[str]:
    kind = KINDS[language][column.kind]
    if column.vocabulary:
        kind = f"[{word('words', language)}](#words-{column.vocabulary})"
    known = HEADERS.get(table, {}).get(column.name) or HEADERS["*"].get(column.name, ())
    needed = word("yes", language) if column.required else ""
    return [f"`{column.name}`", column.zh, kind, needed, cell(", ".join(known))]


def params_page(language: str) -> str:
    """Every key of the params file by section."""
    parts = [f"# {word('params', language)}\n", word("params.lead", language)]
    heads = [word(name, language) for name in ("key_head", "kind", "default", "meaning")]
    sections: dict[str, list[Key]] = {}
    for key in keys():
        head = key.path.partition(".")[0]
        sections.setdefault(head if key.section or "." in key.path else "", []).append(key)
    parts.append("\n" + table(heads, [_key(key, language) for key in sections.pop("")]))
    for section, held in sections.items():
        inner = [key for key in held if key.path != section]
        meaning = held[0].meaning(language)
        parts += [
            f"\n## {section} {{#{section}}}\n",
            f"{meaning}\n",
            table(heads, [_key(key, language) for key in inner]),
        ]
    return "\n".join(parts)


def _key(key: Key, language: str) -> list[str]:
    default = word("must", language) if key.required else f"`{cell(key.default)}`" if key.default else ""
    return [f"`{key.path}`", cell(_kind(key.kind, language)), default, cell(key.meaning(language))]


def _kind(kind: str, language: str) -> str:
    if language == "en":
        return kind
    for english, chinese in _KIND_WORDS:
        kind = kind.replace(english, chinese)
    return kind


_KIND_WORDS = (
    ("one of ", "其一："),
    ("list of ", "列表："),
    ("names with values", "名称与值"),
    ("section a name", "每个名称一节"),
    ("section", "一节"),
    ("whole number", "整数"),
    ("true or false", "true 或 false"),
    (" or ", " 或 "),
    ("number", "数字"),
    ("text", "文字"),
    ("date", "日期"),
)


def metric_pages(language: str) -> dict[str, str]:
    """A page of metrics for each notebook that shows them, and the list of these pages."""
    found: dict[str, list[str]] = {}
    for name in METRICS:
        found.setdefault(CATALOGUED[METRICS.chapter(name)], []).append(name)
    found = {
        notebook: found[notebook] for notebook in dict.fromkeys(CATALOGUED.values()) if notebook in found
    }
    lines = [
        f"- [{chapter_title(notebook, language)}]({notebook}.md): {len(names)}"
        for notebook, names in found.items()
    ]
    pages = {
        "index": f"# {word('metrics', language)}\n\n{word('metrics.lead', language)}\n\n"
        + "\n".join(lines)
        + "\n"
    }
    for notebook, names in found.items():
        parts = [f"# {named('metrics', language)}{chapter_title(notebook, language)}\n"]
        parts += [_metric(name, language) for name in names]
        pages[notebook] = "\n".join(parts)
    return pages


def _metric(name: str, language: str) -> str:
    entry = METRICS[name]
    over, under = entry.numerator(language), entry.denominator(language)
    tables = ", ".join(
        f"[{table_label(each, language)}](../tables.md#{each})" for each in entry.tables if each in TABLES
    )
    stands = ("；" if language == "zh" else "; ").join(place.told(language) for place in places(name))
    facts = [
        ("formula", f"{over} ÷ {under}" if over and under else over or under or ""),
        ("interval", entry.interval(language) or ""),
        ("from_tables", tables),
        ("split", _split(name, language)),
        ("source", entry.cited(language)),
        ("stands", stands),
    ]
    listed = "\n".join(f"- {named(key, language)}{value}" for key, value in facts if value)
    head = f"\n## {entry.label_with_unit(language)} {{#{name}}}\n\n`{name}`"
    return f"{head}\n\n{cell(entry.definition(language))}\n\n{listed}\n"


def _split(name: str, language: str) -> str:
    """By what columns a metric can be split, or why by no others than the report's."""
    if (why := why_unsplit().get(name)) is None:
        return word("split.any", language)
    return word("split.none", language, why=said(why, language))


def commands_page(language: str) -> str:
    """Every command with its arguments and options."""
    group: Any = get_command(app)
    words, parts = texts(), [f"# {word('commands', language)}\n", word("commands.lead", language)]
    heads = [word("key_head", language), word("meaning", language)]
    for name, command in {"": group, **group.commands}.items():
        own = words["commands"][name] if language == "zh" else {}
        shared = words["shared"] if language == "zh" else {}
        rows = []
        for parameter in command.params:
            help = own.get(parameter.name, shared.get(parameter.name, parameter.help or ""))
            called = (
                ", ".join(parameter.opts)
                if parameter.param_type_name == "option"
                else parameter.metavar or parameter.name.upper()
            )
            rows.append([f"`{called}`", cell(help)])
        title = f"csanalysis {name}".strip()
        parts += [
            f"\n## {title} {{#command-{name or 'all'}}}\n",
            own.get("help", command.help or ""),
            "",
            table(heads, rows),
        ]
    return "\n".join(parts)
