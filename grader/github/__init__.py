"""What passes between the grader and GitHub: events that start a run, and the comment that a pull request gets."""
