"""Rendering one annotated text: what stays, what becomes a stub, and that black has nothing to fix."""

from textwrap import dedent

import black
import pytest

from grader.authoring.stubs import render_text, stub
from grader.errors import MarkerError

KNOWN = {"0.1", "0.2", "1.1"}

SOURCE = '''
"""Show every shape that a block can have."""

# from module 1
from math import (
    exp,
)

# end from

CONSTANT = 1


# from module 2
def first() -> int:
    """Come before everything, but later."""
    return 1


# end from
def second(x: int) -> int:
    """Hold a function in its solution."""

    # solution 0.1
    def inner(y: int) -> int:
        return x + y

    return inner(x)
    # end solution


class Thing:
    """Hold later methods."""

    # from module 1
    kind = "thing"

    # end from
    def early(self, x: int) -> int:
        """Hold a solution with lines around it."""
        y = x + 1
        # solution 0.2
        y = y * 2

        y = y - 1
        # end solution
        return y

    # from module 1
    def late(self) -> int:
        """Be there from module 1 on."""
        # solution 1.1
        return 1
        # end solution

    # end from

    @property
    def last(self) -> int:
        """Be the last."""
        if self:
            # solution 0.1
            def one() -> int:
                return 1

            return one()
            # end solution
        # from module 2
        elif not self:
            return 2
        # end from
        return 3


# from module 1
OTHER = 2
# end from


def third() -> str:
    """Hold what only looks like markers."""
    return """
# solution 0.1


# end solution
"""


# from module 2
LAST = 3
# end from
'''.lstrip("\n")


def rendered(source: str, module: int, solved: set[str] | frozenset[str] = frozenset()) -> str:
    """Render an indented source."""
    return render_text(dedent(source).lstrip("\n"), "minitorch/x.py", module, solved, KNOWN)


def test_the_example_itself_is_clean() -> None:
    """What is rendered below is clean for black beforehand."""
    assert black.format_str(SOURCE, mode=black.Mode(line_length=100)) == SOURCE


@pytest.mark.parametrize("module", [1, 2, 3])
@pytest.mark.parametrize("solved", [set(), {"0.1"}, {"0.2", "1.1"}, KNOWN])
def test_renderings_are_clean_for_black(module: int, solved: set[str]) -> None:
    """Whatever falls away, the blank lines that remain are those that black leaves."""
    text = rendered(SOURCE, module, solved)
    assert black.format_str(text, mode=black.Mode(line_length=100)) == text


def test_a_solution_becomes_a_stub() -> None:
    """Signature, types and docstring stay; the solving lines give way to two."""
    source = '''
        def double(x: float) -> float:
            """Double x."""
            # solution 0.1
            y = x
            return x + y
            # end solution
        '''
    assert rendered(source, 0) == dedent('''\
        def double(x: float) -> float:
            """Double x."""
            # TODO: Task 0.1
            raise NotImplementedError("Task 0.1: implement double in minitorch/x.py")
        ''')
    assert rendered(source, 0, {"0.1"}) == dedent('''\
        def double(x: float) -> float:
            """Double x."""
            y = x
            return x + y
        ''')


def test_later_lines_come_with_their_module() -> None:
    """What is from module 2 is absent before and there, without its markers, from then on."""
    source = """
        a = 1

        # from module 2
        b = 2
        # end from

        c = 3
        """
    assert rendered(source, 1) == "a = 1\n\nc = 3\n"
    assert rendered(source, 2) == rendered(source, 3) == "a = 1\n\nb = 2\n\nc = 3\n"


def test_a_file_that_is_all_later_renders_empty() -> None:
    """Nothing is left where everything comes later."""
    assert rendered("# from module 2\nx = 1\n# end from\n", 1) == ""


def test_a_long_stub_is_wrapped_as_black_would() -> None:
    """A stub whose line would pass 100 columns stands on three."""
    lines = stub(
        "1.4", "Scalar.chain_rule_of_several_arguments", "minitorch/autodifferentiation.py", 8
    )
    assert lines[1:] == [
        "        raise NotImplementedError(",
        '            "Task 1.4: implement Scalar.chain_rule_of_several_arguments'
        ' in minitorch/autodifferentiation.py"',
        "        )",
    ]


def test_other_files_have_no_markers() -> None:
    """What is not Python is rendered as it stands."""
    text = "# solution 0.1\n\n\n\n# from here"
    assert render_text(text, "project/notes.md", 0, (), KNOWN) == text


def test_a_later_task_s_stub_never_shows() -> None:
    """A stub of module 1 in module 0 is an error that says how to hide it."""
    source = "def f():\n    # solution 1.1\n    return 1\n    # end solution\n"
    with pytest.raises(MarkerError) as error:
        rendered(source, 0)
    assert str(error.value).splitlines() == [
        "Module 0 would show the stub of task 1.1.",
        "  where: grader/course/minitorch/x.py:2",
        "  next:  put its function between '# from module 1' and '# end from'",
    ]


def test_a_block_that_falls_empty_is_told() -> None:
    """Where nothing remains of a class, the rendering is no Python any more."""
    source = "class A:\n    # from module 2\n    x = 1\n    # end from\n"
    with pytest.raises(MarkerError) as error:
        rendered(source, 1)
    assert error.value.what.startswith("Rendered for module 1, its line ")
    assert error.value.where == "grader/course/minitorch/x.py"
    assert rendered(source, 2) == "class A:\n    x = 1\n"
