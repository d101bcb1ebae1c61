"""The customer base: visits, lifecycle, churn, retention, classes, the next service."""
