"""The papermill parameters of a notebook: which there are, and whether those given fit."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from csanalysis.errors import NotebookError
from csanalysis.messages import Message, joined
from csanalysis.schema import nearest


class ChapterParameters(BaseModel):
    """The papermill parameters that every chapter notebook takes, and no others.

    ``params_file`` is the dealership's; ``language`` None means the params file's; ``cache`` keeps parsed
    exports; ``workspace`` receives the chapter's metrics and lists, None writes nothing. ``period`` is the
    month or week that a meeting pack or review is for, ``plan`` the frozen plan that a review goes by,
    ``published`` what all other chapters of a report published, for the one that gets signed.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    params_file: str
    language: str | None = None
    cache: str | None = None
    workspace: str | None = None
    period: str | None = None
    plan: str | None = None
    published: str | None = None


def checked_parameters(
    notebook: Path, parameters: Mapping[str, Any], model: type[BaseModel] = ChapterParameters
) -> dict[str, Any]:
    """The parameters, once their names and types fit both ``model`` and the notebook's own cell.

    papermill warns of an unknown name and executes it as code, so nothing unchecked may reach it.
    """
    import nbformat

    try:
        model.model_validate(dict(parameters))
    except ValidationError as error:
        detail = error.errors()[0]
        name = str(detail["loc"][0])
        if detail["type"] == "extra_forbidden":
            hint = nearest(name, model.model_fields)
            raise NotebookError(
                Message(
                    "{notebook}: takes no parameter {name!r}{hint}",
                    "{notebook}：没有参数“{name}”{hint}",
                    notebook=notebook.name,
                    name=name,
                    hint=hint,
                )
            ) from None
        raise NotebookError(
            Message(
                "{notebook}: parameter {name}: {why}",
                "{notebook}：参数 {name} 的值不对（{why}）",
                notebook=notebook.name,
                name=name,
                why=detail["msg"],
            )
        ) from None

    cells = [
        c for c in nbformat.read(notebook, as_version=4).cells if "parameters" in c.metadata.get("tags", [])
    ]
    if len(cells) != 1:
        raise NotebookError(
            Message(
                "{notebook}: has {count} cells tagged 'parameters'; tag exactly one code cell so",
                "{notebook}：有 {count} 个标为“parameters”的单元格；请只标一个代码单元格",
                notebook=notebook.name,
                count=len(cells),
            )
        )
    declared = {line.split("=")[0].strip() for line in cells[0].source.splitlines() if "=" in line}
    unknown = sorted(set(parameters) - declared)
    if unknown:
        raise NotebookError(
            Message(
                "{notebook}: its parameters cell does not set {unknown}; add the line there",
                "{notebook}：参数单元格没有设置 {unknown}；请补上这一行",
                notebook=notebook.name,
                unknown=joined(unknown),
            )
        )
    return dict(parameters)
