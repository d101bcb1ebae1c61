"""Bad usage of a command in one line of the house: what, where, what to do."""

from typing import Any

from csanalysis.messages import Message
from csanalysis.schema.naming import nearest


def usage_message(error: Exception) -> Message | None:
    """What is said of an error of the command line; empty where help was shown, None for any other error.

    Typer's errors are known by their names: its own copy of click and click itself have the same.
    """
    names = {kind.__name__ for kind in type(error).__mro__}
    if "ClickException" not in names:
        return None
    if "NoArgsIsHelpError" in names:
        print(error, end="")
        return Message("", "")
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "csanalysis"
    path = (
        "csanalysis" + path[path.find("csanalysis") + len("csanalysis") :] if "csanalysis" in path else path
    )
    return Message(
        "{path}: {what} (see {path} --help)",
        "{path}：{what}（用法见 {path} --help）",
        path=path,
        what=_what(error, names, context),
    )


def _what(error: Any, names: set[str], context: Any) -> Message:
    if "NoSuchOption" in names:
        options = [each for known in context.command.params for each in known.opts] if context else []
        return Message(
            "there is no option {name}{hint}",
            "没有选项 {name}{hint}",
            name=error.option_name,
            hint=nearest(error.option_name, options),
        )
    if "MissingParameter" in names:
        return Message("{name} must be given", "缺少 {name}", name=_name(error.param))
    if "BadParameter" in names and error.param is not None:
        return Message("{name} {rule}", "{name} {rule}", name=_name(error.param), rule=_rule(error))
    if "BadOptionUsage" in names:
        return Message("{name} takes a value", "{name} 后面应写一个值", name=error.option_name)
    typed = context.args[0] if context is not None and context.args else None
    said = error.format_message()
    if said.startswith("No such command"):
        typed = said.split("'")[1]
        return Message(
            "there is no command {name!r}{hint}",
            "没有命令“{name}”{hint}",
            name=typed,
            hint=nearest(typed, context.command.commands),
        )
    if "unexpected extra argument" in said:
        given = said.rpartition("(")[2].rstrip(")")
        return Message("{given!r} is one too many", "“{given}”是多余的", given=given)
    return Message(said, said)


def _name(parameter: Any) -> str:
    """``--jobs``, or ``PARAMS...`` as the help has it."""
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or (parameter.name or "").upper())


_RULES = {
    "int_parsing": Message("must be a whole number", "应为整数"),
    "int_from_float": Message("must be a whole number", "应为整数"),
    "float_parsing": Message("must be a number", "应为数字"),
}


def _rule(error: Any) -> Message:
    """What a value must be, and what it is now, where the library below tells."""
    cause = error.__cause__
    details = cause.errors() if hasattr(cause, "errors") else []
    if not details:
        return Message(error.message, error.message)
    found = details[0]
    bounds = found.get("ctx", {})
    rule = _RULES.get(found["type"])
    if "ge" in bounds:
        rule = Message("must be at least {ge}", "应不小于 {ge}", ge=bounds["ge"])
    if "le" in bounds:
        rule = Message("must be at most {le}", "应不大于 {le}", le=bounds["le"])
    if "does not match the formats" in found["msg"]:
        rule = Message("must be a date such as 2026-03-31", "应为日期，如 2026-03-31")
    if rule is None:
        return Message(found["msg"], found["msg"])
    given = found.get("input")
    return Message("{rule}, not {given!r}", "{rule}，现在是“{given}”", rule=rule, given=given)
