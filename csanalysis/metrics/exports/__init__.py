"""The exports themselves: what was read, what is odd, what changed since the last run."""
