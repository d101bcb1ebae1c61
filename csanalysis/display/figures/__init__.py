"""Figures in the report's look: canvas, marks, and the forms that every chapter uses."""
