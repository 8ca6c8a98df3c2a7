"""How Hypothesis runs here: many small examples, no stopwatch, nothing left on disk."""

import sys
from typing import Any

from hypothesis import HealthCheck, Phase, settings

# It would write failing examples into the tests, as patches: these tests are not for their readers to change.
modules: dict[str, Any] = sys.modules
modules["hypothesis.extra._patching"] = None

settings.register_profile(
    "course",
    max_examples=100,
    deadline=None,  # a busy machine is no reason to fail
    # They judge style and speed: a test may draw much and keep little of it, by assume.
    suppress_health_check=list(HealthCheck),
    phases=[
        Phase.explicit,
        Phase.generate,
        Phase.shrink,
    ],  # searching for further explanations is slow
    database=None,  # tests also run where nothing can be written
)
settings.load_profile("course")
