"""Where the program's notebooks lie and what they say, told without the libraries that run them."""

import json
from pathlib import Path

import csanalysis
from csanalysis.errors import NotebookError
from csanalysis.json_files import read_json
from csanalysis.messages import Message
from csanalysis.report import CHAPTERS


def notebook_folder() -> Path:
    """The folder of the program's notebooks: in the installed package, or at the top of a checkout."""
    package = Path(csanalysis.__file__).resolve().parent
    for folder in (package / "notebooks", package.parent / "notebooks"):
        if (folder / f"{CHAPTERS[0]}.ipynb").is_file():
            return folder
    line = (
        "{folder}: the program's notebooks are not there; install csanalysis again",
        "{folder}：没有程序的笔记本；请重新安装 csanalysis",
    )
    raise NotebookError(Message(*line, folder=package / "notebooks"))


def cells_of(notebook: Path) -> str:
    """What a notebook says and how its cells are tagged, as JSON without outputs."""
    cells = read_json(notebook)["cells"]
    said = [(cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags")) for cell in cells]
    return json.dumps(said, ensure_ascii=False)
