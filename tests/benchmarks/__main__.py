"""Every benchmark, one after the other, or one by name: ``python -m tests.benchmarks [NAME [ITS OPTIONS]]``."""

import sys
from importlib import import_module
from pathlib import Path

if __name__ == "__main__":
    names = [path.stem.removeprefix("bench_") for path in sorted(Path(__file__).parent.glob("bench_*.py"))]
    chosen, *options = sys.argv[1:] or [""]
    if chosen and chosen not in names:
        sys.exit(f"no benchmark {chosen!r}; there are {', '.join(names)}")
    for name in [chosen] if chosen else names:
        import_module(f"tests.benchmarks.bench_{name}").main(*([options] if options else []))
