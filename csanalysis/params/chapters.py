"""Chapters of a dealership's own: notebooks beside its params file."""

from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, model_validator

from csanalysis.params.strict import STRICT


def _is_notebook(value: str) -> str:
    if not value.endswith(".ipynb"):
        raise ValueError(f"{value!r} is no notebook; name a file that ends in .ipynb")
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
            raise ValueError(f"{value!r} is no notebook; write its path, such as weekend.ipynb")
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
            raise ValueError(f"{name}.ipynb stands twice; rename one of the two")
    return chapters
