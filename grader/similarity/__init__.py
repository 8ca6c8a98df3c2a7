"""Submissions that are alike: where an instructor may look, never what to think of it."""
