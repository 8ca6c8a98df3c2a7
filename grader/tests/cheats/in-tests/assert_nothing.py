# flake8: noqa: F821
"""Keep the names of the tests, and test nothing.

with: named
"""
