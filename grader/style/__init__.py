"""What black and flake8 say of what a student wrote. Nothing is run, and no line of the skeleton counts."""

from grader.style.findings import style_line, submission_style

__all__ = ["style_line", "submission_style"]
