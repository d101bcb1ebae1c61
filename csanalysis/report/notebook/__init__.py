"""Notebooks: found, checked, run in forked children or kernels, and what one holds on to."""
