"""Reports beside the plan's: the monthly review, the meeting pack."""
