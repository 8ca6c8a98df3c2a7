"""A name that is missing is read out of whatever says so."""

import pytest

from grader.oracle.absent import Absent, absent_name

EQ = "there is no `EQ` in minitorch/scalar_functions.py"


@pytest.mark.parametrize(
    ("message", "absent"),
    [
        (
            f"{EQ} (did you mean `Equal`?): Task 1.2 asks for it",
            Absent(
                "minitorch/scalar_functions.py",
                f"{EQ} (did you mean `Equal`?): Task 1.2 asks for it",
            ),
        ),
        (
            "module 'project.run_scalar' has no attribute 'Linear'",
            Absent("project/run_scalar.py", "there is no `Linear` in project/run_scalar.py"),
        ),
        (
            "cannot import name 'EQ' from 'minitorch.scalar_functions' (/tmp/stage/minitorch/scalar_functions.py)",
            Absent("minitorch/scalar_functions.py", EQ),
        ),
        ("module 'math' has no attribute 'sigmoid'", None),
        ("'Scalar' object has no attribute 'exp'", None),
        ("cannot import name 'a' from partially initialized module 'minitorch.scalar' (…)", None),
        ("there is no `x` in ../../etc/passwd", None),
        ("the answer: there is no `x` in minitorch/a.py", None),
        ("", None),
    ],
)
def test_a_missing_name_is_told_with_its_file(message: str, absent: Absent | None) -> None:
    assert absent_name(message) == absent


def test_only_one_line_is_the_sentence() -> None:
    assert absent_name(f"{EQ}\nand more") == Absent("minitorch/scalar_functions.py", EQ)
