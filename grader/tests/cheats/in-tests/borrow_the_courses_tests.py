# flake8: noqa: F821
"""Import the course's own tests, and mark them as one's own.

with: named
"""

import test_operators

for _name, _test in list(vars(test_operators).items()):
    if _name.startswith("test_"):
        globals()[_name] = pytest.mark.task0_2(_test)
