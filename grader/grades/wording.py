"""What is wrong with a rule of ``class.toml``, in words of TOML: what stands there instead, with an example."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_POINTS = "a number of points, 0 or more"
_PERCENT = "a number from 0 to 100"
_MOMENT = "1 = 2026-10-01T23:59:00+02:00"

_MEANT = {
    "counts": '"best" or "last"',
    "due": f"a table of modules and moments, with time and offset: {_MOMENT}",
    "late": "a table: [late]",
    "late.percent_per_day": _PERCENT,
    "late.grace_hours": "a number of hours, 0 or more",
    "late.at_most": _PERCENT,
    "extensions": f"a table for each submission, [extensions.ada], that holds moments: {_MOMENT}"
    ' (a name with a dot is put in quotes: [extensions."a.b"])',
    "drop": "a table: [drop]",
    "drop.lowest": "a whole number, 0 or more",
    "drop.of": 'a list of modules in quotes: ["0", "1"]',
    "style": "a table: [style]",
    "style.each": _POINTS,
    "style.at_most": _POINTS,
    "bonus_at_most": "a table of modules and points, 0 or more: 1 = 3",
}
_INSIDE = re.compile(r"\[[^\]]*\]")  # what msgspec tells of items and of keys: [0], [...]
_UNKNOWN = re.compile(r"Object contains unknown field `(.+)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.+)`")


def worded(error: str, rules: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """Say what a rule is to be.

    Args:
        error: What msgspec says of it, ``what - at `$.late.grace_hours` ``.
        rules: The names of all rules in each table; those at the top under "".

    Returns:
        What is wrong, and the rule that it is about.
    """
    what, _, place = error.partition(" - at ")
    key = _INSIDE.sub("", place.replace("`", "").removeprefix("key in ").removeprefix("$")).strip(
        "."
    )
    if found := _UNKNOWN.fullmatch(what):
        return f"there is no rule `{found[1]}` here, only {', '.join(rules[key])}", key
    if found := _MISSING.fullmatch(what):
        return f"`{found[1]}` is missing", key
    return f"it is to be {_MEANT[key]}" if key in _MEANT else what, key
