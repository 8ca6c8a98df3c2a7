"""Taking submissions apart: the content of allow-listed files, and nothing else of what was handed in."""

from grader.submission.discovery import Found, discover
from grader.submission.taking import take

__all__ = ["Found", "discover", "take"]
