"""Finding markers in the annotated source, and refusing whatever only resembles one."""

from textwrap import dedent

import pytest

from grader.authoring.markers import Later, Solution, parse
from grader.errors import MarkerError

KNOWN = {"0.1", "0.2", "1.1"}


def blocks(source: str) -> list[Solution | Later]:
    """Parse an indented source."""
    return list(parse(dedent(source).lstrip("\n"), "minitorch/x.py", KNOWN))


def refusal(source: str) -> list[str]:
    """Parse an indented source that must be refused, and give the three lines of the error."""
    with pytest.raises(MarkerError) as error:
        blocks(source)
    return str(error.value).splitlines()


def test_a_solution_knows_its_place() -> None:
    """A block has its task, its lines, the function around it and its indentation."""
    found = blocks("""
        class Module:
            def train(self) -> None:
                "Train."
                # solution 0.1
                self.training = True
                # end solution
        """)
    assert found == [Solution("0.1", first=4, last=6, function="Module.train", indent=8)]


def test_blocks_inside_functions_inside_functions() -> None:
    """The innermost function is the one to implement."""
    found = blocks("""
        def outer():
            @property
            def inner():
                # solution 0.2
                if True:
                    return 1
                # end solution
            return inner
        """)
    assert found == [Solution("0.2", first=4, last=7, function="outer.inner", indent=8)]


def test_a_solution_in_a_branch_keeps_the_branch_s_indentation() -> None:
    """A block may stand deeper than the function's first level."""
    found = blocks("""
        async def f(x):
            if x:
                # solution 0.1
                @decorated
                def g(): ...
                # end solution
            else:
                return 1
        """)
    assert found == [Solution("0.1", first=3, last=6, function="f", indent=8)]


def test_later_blocks_hold_solutions_and_still_later_blocks() -> None:
    """What comes from a module on may hold a solution, and what comes later still."""
    found = blocks("""
        # from module 1
        def f():
            # solution 1.1
            return 1
            # end solution


        # from module 2
        x = 1
        # end from
        # end from
        """)
    assert found == [
        Later(1, first=1, last=11),
        Solution("1.1", first=3, last=5, function="f", indent=4),
        Later(2, first=8, last=10),
    ]


def test_text_is_no_marker() -> None:
    """Only comments are markers: what a string quotes is text, and ordinary comments pass."""
    assert not blocks('''
        """Write:

        # solution 9.9
        """
        x = "# solution 0.1"  # the ending of it, from the first on
        # from here on, modules follow; ends well
        # an end to the solution's troubles
        ''')


NO_FUNCTION = "This solution lies outside a function."


@pytest.mark.parametrize(
    "source, line, what",
    [
        ("def f():\n    # solution 0.1\n    return 1\n", 2, "This block is never closed."),
        ("# from module 1\nx = 1\n", 1, "This block is never closed."),
        ("x = 1\n# end solution\n", 2, "'# end solution' closes nothing."),
        ("x = 1\n# end from\n", 2, "'# end from' closes nothing."),
        (
            "def f():\n    # solution 0.1\n    x = 1\n    # solution 0.2\n    # end solution\n",
            4,
            "This block begins inside the solution of line 2.",
        ),
        (
            "def f():\n    # solution 0.1\n    # from module 1\n    x = 1\n    # end from\n",
            3,
            "This block begins inside the solution of line 2.",
        ),
        (
            "# from module 1\ndef f():\n    # solution 0.1\n    x = 1\n# end from\n    # end solution\n",
            5,
            "'# end from' stands inside the block of line 3, which ends with '# end solution'.",
        ),
        (
            "# from module 2\n# from module 2\nx = 1\n# end from\n# end from\n",
            2,
            "Everything from line 1 on is there from module 2 on already.",
        ),
        (
            "def f():\n    # solution 0.9\n    x = 1\n    # end solution\n",
            2,
            "There is no task 0.9.",
        ),
        ("# solution 0.1\nx = 1\n# end solution\n", 1, NO_FUNCTION),
        ("class A:\n    # solution 0.1\n    x = 1\n    # end solution\n", 2, NO_FUNCTION),
        ("def f():\n    x = 1\n# solution 0.1\nx = 1\n# end solution\n", 3, NO_FUNCTION),
        ("# solution 0.1\ndef f():\n    return 1\n# end solution\n", 1, NO_FUNCTION),
        (
            "def f():\n    x = 1\n    # solution 0.1\n    # why\n    # end solution\n",
            3,
            "This solution is empty.",
        ),
        (
            "def f():\n    # solution 0.1\n    x = (\n        # end solution\n        1\n    )\n",
            4,
            "This cuts the statement of line 3 in two.",
        ),
        (
            "def f(x):\n    if x:\n        # solution 0.1\n        a = 1\n"
            "    else:\n        b = 1\n        # end solution\n",
            3,
            "This solution begins and ends in different blocks of code.",
        ),
        (
            'def f():\n    # solution 0.1\n    """Doc."""\n    return 1\n    # end solution\n',
            3,
            "A stub keeps its docstring.",
        ),
        (
            "def f():\n    # solution 0.1\n    x = 1\n    # end solution\n"
            "    # solution 0.1\n    y = 1\n    # end solution\n",
            5,
            "f holds a second solution of task 0.1; the first begins in line 2.",
        ),
        (
            "def f():\n    return 1  # solution 0.1\n",
            2,
            "'# solution 0.1' must stand on a line of its own.",
        ),
        ("def f(:\n", 1, "This is not Python: invalid syntax."),
    ],
)
def test_malformed_markers(source: str, line: int, what: str) -> None:
    """Each malformation names the file, the line and what is wrong with it."""
    lines = refusal(source)
    assert lines[:2] == [what, f"  where: grader/course/minitorch/x.py:{line}"]
    assert lines[2].startswith("  next:  ")


@pytest.mark.parametrize(
    "comment",
    [
        "#solution 0.1",
        "# solution: 0.1",
        "# Solution 0.1",
        "# solution 0",
        "# solution",
        "# solutions 0.1",
        "# soluton 0.1",
        "# SOLUTION 0.1",
        "## solution 0.1",
        "# solution 0.1.",
        "# solution  0.1",
        "# solution 0.1 and more",
        "# end solutions",
        "#end solution",
        "# endsolution",
        "# end-solution",
        "# End Solution",
        "# end from module",
        "# endfrom",
        "# from modul 3",
        "# from module",
        "# from module three",
        "# from module 3:",
        "# From module 3",
    ],
)
def test_what_looks_like_a_marker_but_is_none(comment: str) -> None:
    """A misspelt marker is never taken for an ordinary comment."""
    lines = refusal(f"x = 1\n{comment}\n")
    assert lines == [
        f"'{comment}' looks like a marker, but is none.",
        "  where: grader/course/minitorch/x.py:2",
        "  next:  write '# solution 1.4', '# end solution', '# from module 3' or '# end from', or reword it",
    ]
