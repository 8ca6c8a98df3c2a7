"""Hang inside a regular expression, where Python looks at no signal.

seconds: 2
"""

import re

re.match(r"(a+)+$", "a" * 64 + "b")
