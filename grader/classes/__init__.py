"""Many submissions: workers, resuming, and keys that keep work from being done twice."""
