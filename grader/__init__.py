"""Grades coursework: a verdict that student code cannot reach, on a course that is proved."""
