"""Help and bad usage in the user's language: English stands in the code, Chinese in ``zh.yml``."""

import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from typer.core import TyperGroup

from csanalysis.cli.terminal import FORCED, readable, say
from csanalysis.cli.usage import usage_message

ZH = Path(__file__).with_name("zh.yml")
_HEADS = {
    "ARGUMENTS_PANEL_TITLE": "参数",
    "OPTIONS_PANEL_TITLE": "选项",
    "COMMANDS_PANEL_TITLE": "命令",
    "DEFAULT_STRING": "[默认：{}]",
    "REQUIRED_LONG_STRING": "[必填]",
    "ABORTED_TEXT": "已中止。",
}
_ENGLISH: dict[str, Any] = {}  # what stood in Typer's panels before they were translated


class SpokenGroup(TyperGroup):
    """The commands; their help is translated when it is asked for, when the language is known."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: D102  # as typer has it
        command = super().get_command(ctx, cmd_name)
        if command is not None and readable() == "zh":
            translate(command, cmd_name)
        return command

    def get_help(self, ctx: Any) -> str:  # noqa: D102
        self._translate()
        return super().get_help(ctx)

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: D102
        self._translate()
        if readable() == "zh":
            _panels_in_chinese()
        super().format_help(ctx, formatter)

    def main(self, *given: Any, **named: Any) -> Any:
        """Run a command; bad usage is one line: what, where, what to do."""
        before = os.environ.get(FORCED)
        standing = named.pop("standalone_mode", True)
        try:
            code = super().main(*given, **{**named, "standalone_mode": False})
        except Exception as error:
            line = usage_message(error)
            if not standing or line is None:
                raise
            if line:
                say(line)
            sys.exit(cast(Any, error).exit_code)
        finally:
            _panels_as_before()
            if before is None:
                os.environ.pop(FORCED, None)
            else:
                os.environ[FORCED] = before
        if standing:
            sys.exit(code or 0)
        return code

    def _translate(self) -> None:
        if readable() == "zh":
            translate(self, "")


def translate(command: Any, name: str) -> None:
    """Put the Chinese of ``zh.yml`` in place of a command's English; what is not there stays English."""
    words = texts()
    own, shared = words["commands"].get(name, {}), words["shared"]
    command.help = own.get("help", command.help)
    command.short_help = None
    command.epilog = own.get("epilog", command.epilog)
    for parameter in command.params:
        parameter.help = own.get(parameter.name, shared.get(parameter.name, parameter.help))
        if default := words["defaults"].get(name, {}).get(parameter.name):
            parameter.show_default = default
    command.options_metavar = "[选项]"
    if name == "":
        command.subcommand_metavar = "命令 [参数]..."
    usage, options, helped = command.get_usage, command.get_help_option, command.format_help
    command.get_usage = lambda context: usage(context).replace("Usage:", "用法：", 1)
    command.get_help_option = lambda context: _helped(options(context), shared["help"])

    def in_chinese(*given: Any) -> None:
        _panels_in_chinese()
        helped(*given)

    if name:
        command.format_help = in_chinese


def _helped(option: Any, words: str) -> Any:
    if option is not None:
        option.help = words
    return option


def _panels_in_chinese() -> None:
    """What Typer's panels say and how they break lines: Chinese has no spaces to break at.

    Their module, and all of Rich with it, is imported for help alone.
    """
    from typer import rich_utils

    if _ENGLISH:
        return
    make = rich_utils._make_rich_text

    def folding(**given: Any) -> Any:
        made: Any = make(**given)
        made.overflow = "fold"
        return made

    words = _HEADS | {"_make_rich_text": folding}
    _ENGLISH.update({name: getattr(rich_utils, name) for name in words})
    for name, word in words.items():
        setattr(rich_utils, name, word)


def _panels_as_before() -> None:
    if _ENGLISH:
        from typer import rich_utils

        for name, word in _ENGLISH.items():
            setattr(rich_utils, name, word)
        _ENGLISH.clear()


@cache
def texts() -> Mapping[str, Any]:
    """The Chinese of all commands: of each by name, of what several share, and words for defaults."""
    import yaml

    held: Mapping[str, Any] = yaml.safe_load(ZH.read_text(encoding="utf-8"))
    return held
