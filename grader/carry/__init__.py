"""Bring a student's finished work from one module's folder into the next, without losing an edit of either."""

from grader.carry.doing import carry_out
from grader.carry.plan import Choice, Fate, Plan, Step, make_plan
from grader.carry.text import stubs

__all__ = ["Choice", "Fate", "Plan", "Step", "carry_out", "make_plan", "stubs"]
