"""What changed since the last run of the same plan, and because of what."""
