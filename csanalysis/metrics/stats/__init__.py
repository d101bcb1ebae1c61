"""Statistics that every subject uses: intervals, counts by period, waiting times, standardisation."""
