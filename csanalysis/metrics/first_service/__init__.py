"""First service (首保): rates, cohorts, what is still to come, targets."""
