"""What pyproject.toml cannot say: an installed package has the top level's ``notebooks/`` inside."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class WithNotebooks(build_py):
    """Build the package and put the notebooks into it; an editable install uses those of the checkout."""

    def run(self) -> None:
        """Build into ``build_lib``."""
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib) / "csanalysis" / "notebooks"
            self.mkpath(str(target))
            for notebook in sorted(Path("notebooks").glob("*.ipynb")):
                self.copy_file(str(notebook), str(target / notebook.name))


setup(cmdclass={"build_py": WithNotebooks})
