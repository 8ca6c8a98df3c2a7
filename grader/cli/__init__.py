"""The command line: verbs, exit codes, and the only place that catches ``GraderError``."""
