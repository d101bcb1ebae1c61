"""The plan as slides: native tables and charts of the published numbers, to be shown and edited."""
