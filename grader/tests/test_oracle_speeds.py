"""Speed beside the reference: what is told fast from slow, and that no trick makes slow work look fast."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.model import Pace, Status
from grader.tests.toy import Toy
from grader.tests.toy_work import OPS, Files, Judge, solved, untouched

SPEEDS = '''
"""How fast sums are."""

import numpy as np

from grader.running.probes import Work, speed


@speed("0.2")
def sum_of_many(minitorch, rng):
    base = [float(value) for value in rng.normal(0.0, 3.0, size=40_000)]

    def go(fresh):
        starts = fresh.integers(20_000, size=4)
        sums = [minitorch.ops.bounded_sum(base[start:][:20_000], 2.0) for start in starts]
        return [np.array(sums)]

    return Work(go)


@speed("0.2")
def sum_of_few(minitorch, rng):
    def go(fresh):
        lists = fresh.normal(0.0, 3.0, size=(4_000, 10)).tolist()
        return [np.array([minitorch.ops.bounded_sum(values, 2.0) for values in lists])]

    return Work(go)
'''
TABLES = """
[[speed]]
task = "0.2"
case = "sum_of_many"
at_least = 0.5

[[speed]]
task = "0.2"
case = "sum_of_few"
at_least = 0.25
"""
TOML = "module0/module.toml"
PROBES = "grader/course/probes/module0/speeds.py"


@pytest.fixture
def course(toy_course: Toy) -> Toy:
    """Make a toy course in which the sum has to be fast."""
    old = 'points = 3\nkind = "tests"\n'
    toy_course.edit(
        TOML, old, 'points = 3\nkind = "performance"\nspeed = 0.25\nmeasure = "python speeds.py"\n'
    )
    toy_course.write(TOML, toy_course.read(TOML) + TABLES)
    toy_course.write(PROBES, SPEEDS)
    return toy_course


@pytest.fixture
def judge(course: Toy, request: pytest.FixtureRequest) -> Judge:
    return Judge(request.config, course.load())


def handed_in(judge: Judge, more: str) -> Files:
    """Append code to the solved file: it takes the place of what it names again."""
    files = solved(judge.course)["0"]
    return files | {OPS: files[OPS] + more}


def test_the_reference_is_as_fast_as_itself(judge: Judge) -> None:
    verdict = judge("0.2", solved(judge.course)["0"])
    assert (verdict.status, verdict.fraction) == (Status.PASSED, 1)
    assert verdict.speed is not None
    assert (verdict.speed.share, verdict.speed.passed, verdict.speed.total) == (0.25, 2, 2)
    many, few = verdict.speed.cases
    assert (many.name, many.wanted, few.name, few.wanted) == (
        "sum of many",
        0.5,
        "sum of few",
        0.25,
    )
    assert many.pace in (Pace.FAST, Pace.UNSURE)


SLOW = """

_quick = bounded_sum


def bounded_sum(values, limit):
    return [_quick(values, limit) for _ in range(8)][0]
"""
QUICK = """

import numpy as _np


def bounded_sum(values, limit):
    return float(_np.clip(values, -limit, limit).sum()) if len(values) > 10 else sum(
        clamp(value, -limit, limit) for value in values
    )
"""
# Student code runs in the process that its work is timed in, and can change everything there. These do.
ORDERS = """

import sys as _sys

_frame = _sys._getframe()
while _frame is not None and "orders" not in _frame.f_locals:
    _frame = _frame.f_back
_orders = _frame.f_locals["orders"] if _frame else {"go": None, "show": None}
_go, _show = _orders["go"], _orders["show"]
"""
LAZY = SLOW + ORDERS + """

_numbers = []


def _now(look):
    _go(_numbers[-1])
    return _show(look)


_orders.update(go=_numbers.append, show=_now)
"""
EARLY = SLOW + """

from grader.running import child as _child

_pack = _child.pack


def _twice(nonce, kind, value):
    import os
    from grader.sandbox.wire import frame

    if kind == "prepare":  # say that the first work is done before it is asked for
        _child.pack = _pack
        os.write(3, frame(_pack(nonce, kind, value)))
        return _pack(nonce, "go", None)
    return _pack(nonce, kind, value)


_child.pack = _twice
"""
AHEAD = """

from concurrent.futures import ThreadPoolExecutor as _Pool

_right = bounded_sum


def bounded_sum(values, limit):
    if len(values) < 1000:
        return [_right(values, limit) for _ in range(8)][0]
    with _Pool(4) as pool:  # in other threads, as if their time were nobody's
        return list(pool.map(lambda _: _right(values, limit), range(8)))[0]
"""
SKIPPED = ORDERS + """

_orders["go"] = lambda number: None
"""
REMEMBERED = """

_right, _known = bounded_sum, {}


def bounded_sum(values, limit):
    return _known.setdefault(len(values), _right(values, limit)) if len(values) > 9 else _right(values, limit)
"""


@pytest.mark.parametrize("slow", [SLOW, LAZY, AHEAD], ids=["slow", "lazy", "ahead"])
def test_slow_work_is_slow_whatever_it_does(judge: Judge, slow: str) -> None:
    verdict = judge("0.2", handed_in(judge, slow))
    assert verdict.speed is not None
    assert [case.pace for case in verdict.speed.cases] == [Pace.SLOW, Pace.SLOW]
    assert (verdict.status, verdict.fraction) == (Status.WRONG, Fraction(3, 4))
    assert verdict.note == "Slower than is asked for: sum of many, sum of few."
    first = verdict.failures[0]
    assert first.test == "speed: sum of many"
    assert first.expected == "at least 0.5 times"
    assert first.command == "cd module0 && python speeds.py"
    assert first.message.startswith("Right, but too slow: 0.")


def test_answers_that_nobody_asked_for_void_the_case(judge: Judge) -> None:
    verdict = judge("0.2", handed_in(judge, EARLY))
    assert verdict.speed is not None
    assert verdict.speed.cases[0].pace is Pace.BROKE
    assert verdict.failures[0].message == "The answer was malformed."


@pytest.mark.parametrize("wrong", [SKIPPED, REMEMBERED], ids=["skipped", "remembered"])
def test_work_that_is_not_done_is_found_out(judge: Judge, wrong: str) -> None:
    verdict = judge("0.2", handed_in(judge, wrong))
    assert verdict.speed is not None
    assert [case.pace for case in verdict.speed.cases] == [Pace.WRONG, Pace.WRONG]
    assert verdict.failures[0].message.startswith("What came out while it was timed is not")


def test_who_is_faster_than_the_reference_is_told_so(judge: Judge) -> None:
    verdict = judge("0.2", handed_in(judge, QUICK))
    assert verdict.fraction == 1 and verdict.speed is not None
    assert verdict.speed.cases[0].speed is not None and verdict.speed.cases[0].speed > 1.2


def test_a_stub_is_not_measured(judge: Judge) -> None:
    verdict = judge("0.2", untouched(judge.course)["0"])
    assert verdict.speed is None
    assert verdict.fraction == 0


# On several threads, the same input gives the same output. Whoever breaks that can hide it from neither side.
RACING = """

import random as _random

_right = bounded_sum


def bounded_sum(values, limit):
    return _right(values, limit) * (1.0 + ERROR * (1.0 + _random.random()))
"""
LYING = RACING.replace("ERROR", "0.1 * _told") + ORDERS + """

_told = 0


def _threads(count):
    global _told
    _told = int(count > 1)
    return count


_orders.update(digest=lambda: 0, threads=_threads)
"""
UNEQUAL = RACING.replace("ERROR", "1e-12")


@pytest.mark.parametrize(
    ("racing", "said"),
    [(LYING, "On several threads, what comes out is not"), (UNEQUAL, "In 8 runs on ")],
    ids=["lying", "unequal"],
)
def test_outputs_that_differ_are_found_out(
    course: Toy, request: pytest.FixtureRequest, racing: str, said: str
) -> None:
    """Who says that nothing differs has to show it; who differs by next to nothing says so."""
    course.write(PROBES, SPEEDS.replace('@speed("0.2")', '@speed("0.2", threads=True)', 1))
    judge = Judge(request.config, course.load())
    right = judge("0.2", solved(judge.course)["0"])
    wrong = judge("0.2", handed_in(judge, racing))
    for verdict in (right, wrong):
        assert verdict.speed is not None
        assert [case.pace in (Pace.FAST, Pace.UNSURE) for case in verdict.speed.cases] == [True] * 2
    assert not [f for f in right.failures if f.test.startswith("the same each time")]
    (told,) = [f for f in wrong.failures if f.test.startswith("the same each time")]
    assert told.message.startswith(said)


# On several threads, the work is shared. Python's own threads can show that: whichever of them runs, its clock does.
THREADS = """

from concurrent.futures import ThreadPoolExecutor as _Pool

_right, _told, _pools = bounded_sum, 1, [_Pool(1) for _ in range(4)]
"""
TOLD = ORDERS + """


def _threads(count):
    global _told
    _told = count
    return count


_orders.update(threads=_threads)
"""
SHARED = THREADS + """

def bounded_sum(values, limit):
    if len(values) < 1000:
        return _right(values, limit)
    part = len(values) // 4
    waiting = [pool.submit(_right, values[n * part :][:part], limit) for n, pool in enumerate(_pools)]
    return sum(each.result() for each in waiting)
"""
FORGED = THREADS + TOLD + """

from grader.running import bench as _bench

_bench.diagnostics = lambda kernel, folder: {"loops": 1, "told": "all of it is parallel"}


def bounded_sum(values, limit):
    if _told > 1:
        _pools[0].submit(_right, values, limit)  # burns as much again
    return _right(values, limit)
"""
SHORT_LIVED = THREADS + TOLD + """

def bounded_sum(values, limit):
    if _told == 1:
        return _right(values, limit)
    with _Pool(1) as pool:  # a thread that has ended before anybody looks
        return pool.submit(_right, values, limit).result()
"""
PUT_OFF = THREADS + TOLD + """

_numbers = []


def _begin(number):
    _numbers.append(number)
    if _told == 1:
        _go(number)


def _now(look):
    if _told > 1:
        _go(_numbers[-1])
    return _show(look)


_orders.update(go=_begin, show=_now)
"""
SLOW_ANYHOW = THREADS + TOLD + """

def bounded_sum(values, limit):
    if _told > 1:
        burning = [pool.submit(_right, values, limit) for pool in _pools]
        done = _right(values, limit)
        return [each.result() for each in burning] and done
    return [_right(values, limit) for _ in range(5)][0]
"""
SLOW_ALONE = THREADS + TOLD + """

def bounded_sum(values, limit):
    return [_right(values, limit) for _ in range(3 if _told == 1 else 1)][0]
"""
NOT_DONE = THREADS + TOLD + """

_orders.update(go=lambda number: _go(number) if _told == 1 else None)
"""


def on_threads(course: Toy, request: pytest.FixtureRequest, more: str) -> tuple[Pace, bool, bool]:
    """Measure a file on several threads: its pace, whether threads share the work, and whether all is the same."""
    course.write(PROBES, SPEEDS.replace('@speed("0.2")', '@speed("0.2", threads=True)', 1))
    judge = Judge(request.config, course.load())
    verdict = judge("0.2", handed_in(judge, more))
    assert verdict.speed is not None
    (threads,) = verdict.speed.threads
    failed = {failure.test for failure in verdict.failures}
    assert threads.parallel == ("in parallel: sum of many" not in failed)
    return verdict.speed.cases[0].pace, threads.parallel, not any("same" in test for test in failed)


def test_work_that_threads_share_is_parallel(course: Toy, request: pytest.FixtureRequest) -> None:
    """Whatever Numba's diagnostics say: here they know nothing of it."""
    _, parallel, same = on_threads(course, request, SHARED)
    assert parallel and same


@pytest.mark.parametrize(
    "trick",
    [FORGED, SHORT_LIVED, PUT_OFF, SLOW_ALONE],
    ids=["forged", "short", "put off", "slow alone"],
)
def test_work_of_one_thread_is_not(course: Toy, request: pytest.FixtureRequest, trick: str) -> None:
    """Whatever Numba's diagnostics say: they come from the student's own process."""
    assert on_threads(course, request, trick)[1] is False


def test_who_pretends_to_share_the_work_loses_as_much_elsewhere(
    course: Toy, request: pytest.FixtureRequest
) -> None:
    """Whoever takes five times as long as the work does can look as if five threads shared it."""
    assert on_threads(course, request, SLOW_ANYHOW)[0] is Pace.SLOW
    assert on_threads(course, request, NOT_DONE)[2] is False
