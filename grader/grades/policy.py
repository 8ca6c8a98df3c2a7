"""``class.toml``: the rules of a class. Without it, what was handed in last counts, whenever it was."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from grader import typed
from grader.errors import BadPolicy
from grader.grades.wording import worded
from grader.model import ModuleId

Moment = Annotated[datetime, Meta(tz=True)]  # a local time means another moment on each machine
Percent = Annotated[float, Meta(ge=0, le=100)]
Amount = Annotated[float, Meta(ge=0, le=10_000)]
Number = Annotated[ModuleId, Meta(pattern=r"^(0|[1-9][0-9]*)$")]


class Late(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is taken off what comes after its due date."""

    percent_per_day: Percent  # of what the module earned, for each day that has begun
    # Within them it is not late at all; after them, days count from the due date.
    grace_hours: Amount = 0.0
    at_most: Percent = 100.0


class Drop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many modules don't count: those with the smallest share of their points."""

    lowest: Annotated[int, Meta(ge=0)]
    of: tuple[Number, ...] = ()  # only of these; none named: of all


class Style(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What findings of black and flake8 cost, on lines that the student wrote."""

    each: Amount  # points
    at_most: Amount  # points a module


class ClassPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules of a class, as ``class.toml`` has them."""

    counts: Literal["best", "last"] = "last"  # which attempt, for each module by itself
    due: dict[Number, Moment] = {}
    late: Late | None = None
    extensions: dict[str, dict[Number, Moment]] = {}  # by submission: later due dates
    drop: Drop | None = None
    style: Style | None = None
    bonus_at_most: dict[Number, Amount] = {}  # points that a module's bonus tasks may bring

    def due_at(self, student: str, module: ModuleId) -> datetime | None:
        """When a student's module is due, if it ever is."""
        own = self.extensions.get(student, {}).get(module)
        return own or self.due.get(module)

    @property
    def modules(self) -> set[ModuleId]:
        """All that the rules name."""
        extended = (id for dates in self.extensions.values() for id in dates)
        return {*self.due, *extended, *(self.drop.of if self.drop else ()), *self.bonus_at_most}


_TABLES = {"": ClassPolicy, "late": Late, "drop": Drop, "style": Style}
_RULES = {name: table.__struct_fields__ for name, table in _TABLES.items()}


def read_policy(path: Path) -> ClassPolicy:
    """Read the rules of a class.

    Args:
        path: Of ``class.toml``; where there is none, there are no rules.

    Returns:
        The rules.

    Raises:
        BadPolicy: It is no TOML in UTF-8, or has a key or a value that means nothing.
    """
    try:
        plain = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        policy = typed.convert(plain, ClassPolicy)
    except (FileNotFoundError, NotADirectoryError):
        return ClassPolicy()
    except OSError as error:
        raise BadPolicy(error.strerror or "it can't be read", str(path)) from None
    except UnicodeDecodeError:
        raise BadPolicy("it is not UTF-8", str(path)) from None
    except tomllib.TOMLDecodeError as error:
        raise BadPolicy(f"it is not TOML: {error}", str(path)) from None
    except msgspec.ValidationError as error:
        what, key = worded(str(error), _RULES)
        raise BadPolicy(what, str(path), key) from None
    if policy.late and not policy.due:
        raise BadPolicy("[late] means nothing without due dates in [due]", str(path))
    _refuse_earlier(policy, path)
    return policy


def _refuse_earlier(policy: ClassPolicy, path: Path) -> None:
    """Refuse an extension that would make a module due earlier, which nobody means."""
    for student, dates in policy.extensions.items():
        for module, date in dates.items():
            if module in policy.due and date < policy.due[module]:
                why = "an extension is earlier than the due date"
                raise BadPolicy(why, str(path), f"extensions.{student}.{module}")
