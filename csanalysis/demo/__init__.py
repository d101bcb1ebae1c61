"""Demonstration data: dealerships simulated over six years and written as their systems would.

Calling :func:`write_demo` makes raw exports of twenty tables, a params file for each dealership, a
``README.md`` that lists every planted fault with its count, and the same counts in each ``expected.json``.
The same seed gives the same bytes.
"""

from csanalysis.demo.dealership import write_demo

__all__ = ["write_demo"]
