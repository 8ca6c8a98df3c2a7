"""Word an exception that student code raised: what happened, where, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.oracle.newer import HERE, is_missing_in_library, spelt, wanted_by_syntax
from grader.oracle.quoting import Laid, condition_at, line_at, own_places
from grader.running.raised import Place

SYNTAX_ERRORS = {"SyntaxError", "IndentationError", "TabError"}
IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError"}
_OWN_PACKAGES = ("minitorch", "project", "tests")

_FILE_AND_LINE = re.compile(r" \([^()]*, line \d+\)\Z")  # at the end of what a SyntaxError says
_GONE = re.compile(r"No module named '(\w+)")
_NOT_RAISED = re.compile(r"DID NOT RAISE (?:<class ')?([\w.]+)")
_LEAVING = re.compile(r"name '(quit|exit)' is not defined")
_DEBUGGERS = ("breakpoint()", "pdb.set_trace()")
_COMPARED = "\nassert "  # how pytest begins to tell what an assertion compared

_NUMBAS = "index is out of bounds"  # all that compiled code says
_PLAINLY = "Plain Python says which line that is: put NUMBA_DISABLE_JIT=1 in front of the command."
_WHERE = "in thread "  # which the simulator of a GPU notes
_CANDIDATES = re.compile(r"There (is|are) \d+ candidate")
_REASON = re.compile(r"\s+\w+Error: ")
_COMPILERS_OWN = ("Failed in ", "During: ")


@dataclass(frozen=True)
class Raised:
    """An exception, as a child tells of it."""

    type: str
    message: str
    notes: str = ""
    places: tuple[Place, ...] = ()  # the innermost first
    raised_at: Place | None = None  # tests included


def worded(raised: Raised, laid: Laid, *, own: bool = False) -> str:
    """Word an exception.

    Args:
        raised: The exception.
        laid: The files that it was raised beside.
        own: Whether it was raised by a test that the student wrote.

    Returns:
        Its text: the first line says what happened, and is the same for all to whom it did.
    """
    if call := stopping_call(raised):
        places = own_places(raised.places, laid)
        if own and raised.raised_at and raised.raised_at[0] in laid:
            places = [raised.raised_at]
        where = f" in {places[0][0]}, line {places[0][1]}," if places else ""
        return f"{call}{where} stops the run: remove it."
    if raised.type in SYNTAX_ERRORS:
        return _unreadable(raised, laid)
    if raised.type in IMPORT_ERRORS:
        return _not_imported(raised)
    if raised.type in ("", "AssertionError"):
        return _not_true(raised, laid, own=own)
    if raised.type == "Failed" and (found := _NOT_RAISED.match(raised.message)):
        return f"{found[1]} is expected here, and nothing was raised."
    if raised.type == "TypingError":
        return f"{raised.type}: {_what_counts(raised.message)}"
    if raised.message == _NUMBAS:
        return f"{raised.type}: {raised.message}. {_PLAINLY}"
    notes = [note for note in raised.notes.splitlines() if note.startswith(_WHERE)]
    said = "\n".join(filter(None, [raised.message, *notes]))
    return f"{raised.type}: {said}" if said else raised.type


def stopping_call(raised: Raised) -> str:
    """Name the call that waits for somebody to type, or that leaves Python; nothing where there is none."""
    if raised.type == "BdbQuit":
        return raised.message if raised.message in _DEBUGGERS else _DEBUGGERS[0]
    if raised.type == "EOFError" and raised.message == "EOF when reading a line":
        return "input()"
    if raised.type == "SystemExit":
        return "sys.exit()"
    if raised.type == "NameError" and (found := _LEAVING.match(raised.message)):
        return f"{found[1]}()"
    return ""


def _unreadable(raised: Raised, laid: Laid) -> str:
    """Word a file that is not Python, or not for this one: with the line, and both versions where they are known."""
    what = _FILE_AND_LINE.sub("", raised.message)
    place = raised.raised_at
    if place is None or place[0] not in laid:
        return f"{raised.type}: {what}"
    line = line_at(place, laid)
    said = f"{raised.type}: {what} ({place[0]}, line {place[1]})"
    if version := wanted_by_syntax(line, what):
        said += f". This syntax needs Python {version} or newer; here is {spelt(HERE)}."
    return f"{said}\n{line}".strip()


def _not_imported(raised: Raised) -> str:
    said = f"{raised.type}: {raised.message}"
    if is_missing_in_library(raised.message):
        return f"{said}. This was graded with Python {spelt(HERE)}; yours may be newer."
    gone = _GONE.match(raised.message)
    if gone and gone[1] not in _OWN_PACKAGES:
        return f"{said}. It is not installed where this is graded."
    return said


def _not_true(raised: Raised, laid: Laid, *, own: bool) -> str:
    """Word an assertion that does not hold: by its own words, or by its condition and what pytest compared."""
    said, _, compared = raised.message.partition(_COMPARED)
    if said and not said.startswith("assert "):
        return raised.message if own and compared else said
    condition = condition_at(raised.raised_at, laid) if raised.raised_at else ""
    if not condition:
        return raised.message or "An assertion does not hold."
    return "\n".join(filter(None, [f"This assertion does not hold: {condition}", raised.message]))


def _what_counts(message: str) -> str:
    """Cut an error of Numba's typing to what its reader can use: what did not fit, why, and the line, once."""
    kept: list[str] = []
    # Among the candidates that were not meant, of which only the reason tells anything.
    listing = False
    for line in message.splitlines():
        listing = bool(line.strip()) and (listing or bool(_CANDIDATES.match(line)))
        if not listing and not line.startswith(_COMPILERS_OWN):
            kept.append(line.rstrip())
        elif _REASON.match(line):
            kept.append(line.strip())
    paragraphs = re.split(r"\n{2,}", "\n".join(kept).strip())
    return "\n\n".join(dict.fromkeys(paragraphs))
