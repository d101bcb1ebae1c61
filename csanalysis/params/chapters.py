"""Chapters of a dealership's own: notebooks beside its params file."""

from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, model_validator

from csanalysis.messages import BadValueError
from csanalysis.params.strict import STRICT


def _is_notebook(value: str) -> str:
    if not value.endswith(".ipynb"):
        raise BadValueError(
            "{value!r} is no notebook; name a file that ends in .ipynb",
            "“{value}”不是 notebook；请写以 .ipynb 结尾的文件",
            value=value,
        )
    return value


class OwnChapter(BaseModel):
    """One notebook, as a path from the params file's folder; a bare path in the file is ``notebook``.

    ``after`` names the standard chapter that it follows; without it, it stands before the data quality.
    """

    model_config = STRICT

    notebook: Annotated[str, Field(min_length=1), AfterValidator(_is_notebook)]
    after: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_path(cls, value: Any) -> Any:
        if not isinstance(value, str | dict | OwnChapter):
            raise BadValueError(
                "{value!r} is no notebook; write its path, such as weekend.ipynb",
                "“{value}”不是 notebook；请写它的路径，如 weekend.ipynb",
                value=value,
            )
        return {"notebook": value} if isinstance(value, str) else value

    @property
    def name(self) -> str:
        """The file's name without its ending, by which the report knows the chapter."""
        return PurePosixPath(self.notebook).stem


def one_of_each_name(chapters: list[OwnChapter]) -> list[OwnChapter]:
    """The chapters, if no two have one name.

    Raises
    ------
    ValueError
        Two have.
    """
    names = [chapter.name for chapter in chapters]
    for name in names:
        if names.count(name) > 1:
            raise BadValueError(
                "{name}.ipynb stands twice; rename one of the two",
                "{name}.ipynb 写了两次；请给其中一个改名",
                name=name,
            )
    return chapters
