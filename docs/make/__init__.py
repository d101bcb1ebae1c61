"""The documentation: pages written by hand in ``docs/pages``, and those that the code says itself."""
