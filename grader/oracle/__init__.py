"""The trusted side: what the reference answers, what agrees with it, and what a task is worth."""
