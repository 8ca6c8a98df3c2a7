"""Set Hypothesis to a single example.

base: wrong
"""

import hypothesis

hypothesis.settings.register_profile("one", max_examples=1, phases=[hypothesis.Phase.explicit])
hypothesis.settings.load_profile("one")
