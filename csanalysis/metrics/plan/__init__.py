"""The plan: moves, rules tested on past years, normal years, the course of a running one."""
