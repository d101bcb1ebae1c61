"""A dealership's own notebooks are code of its own: they run without what this process was trusted with."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

_HARMLESS = re.compile(
    r"PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMP|TEMP|TMPDIR|PWD|TERM|DISPLAY|PYTHON\w*|VIRTUAL_ENV"
    r"|CONDA_PREFIX|MPL\w*|JUPYTER\w*|IPYTHON\w*|XDG_\w+|FONTCONFIG\w*|LD_LIBRARY_PATH|DYLD_\w+|OMP_\w+|MKL_\w+"
    r"|OPENBLAS_\w+|NUMEXPR_\w+|ARROW_\w+|SYSTEM(?:ROOT|DRIVE)|WINDIR|COMSPEC|PATHEXT|(?:LOCAL)?APPDATA"
    r"|PROGRAM(?:DATA|FILES)|USERPROFILE|NUMBER_OF_PROCESSORS|SSL_CERT_\w+|CSANALYSIS_(?:KERNELS|AS_OF)",
    re.IGNORECASE,
)
"""Variables that a notebook may see; passwords, tokens and addresses of robots have other names."""


@contextmanager
def without_secrets() -> Iterator[None]:
    """While the block runs, this process and those that it starts have harmless variables alone."""
    taken = {name: value for name, value in os.environ.items() if not _HARMLESS.fullmatch(name)}
    for name in taken:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(taken)
