"""Kernels for speed, as README.md in this folder explains. No task needs them."""

from .ops import TunedBackend, TunedOps

__all__ = ["TunedBackend", "TunedOps"]
