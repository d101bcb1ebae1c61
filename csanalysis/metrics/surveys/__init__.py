"""Surveys and checks of people: scores, weak items, ranks, rebates, pay by score."""
