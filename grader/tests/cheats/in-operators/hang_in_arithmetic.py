"""Hang inside one multiplication of whole numbers.

seconds: 2
"""

NUMBER = 7 ** (10**9 + len("hang"))
