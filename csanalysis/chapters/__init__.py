"""One folder a chapter: what it measures, shows, says and lists, with its own words."""
