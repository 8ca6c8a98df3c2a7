"""What Module 0 hands out ready-made: datasets, the given half of modules, the test functions, the drawing.

Its tasks have tests of their own, in the module's folder.
"""

import math
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from grader.tests.authored import imported, needs_course

pytestmark = needs_course


@pytest.fixture
def minitorch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import the reference library, and forget it again."""
    yield from imported("minitorch", monkeypatch)


@pytest.fixture
def script(minitorch: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import the script of Task 0.5 beside it."""
    yield from imported("project.run_manual", monkeypatch)


RULES: dict[str, Callable[[float, float], bool]] = {
    "Simple": lambda x1, x2: x1 < 0.5,
    "Diag": lambda x1, x2: x1 + x2 < 0.5,
    "Split": lambda x1, x2: x1 < 0.2 or x1 > 0.8,
    "Xor": lambda x1, x2: (x1 < 0.5 and x2 > 0.5) or (x1 > 0.5 and x2 < 0.5),
    "Circle": lambda x1, x2: math.hypot(x1 - 0.5, x2 - 0.5) > math.sqrt(0.1),
}


@pytest.mark.parametrize("name", RULES)
def test_datasets_label_by_their_rule(minitorch: Any, name: str) -> None:
    minitorch.seed(1)
    graph = minitorch.datasets[name](200)
    assert graph.N == len(graph.X) == len(graph.y) == 200
    assert all(0.0 <= x1 < 1.0 and 0.0 <= x2 < 1.0 for x1, x2 in graph.X)
    assert graph.y == [int(RULES[name](x1, x2)) for x1, x2 in graph.X]
    assert 0 < sum(graph.y) < 200


@pytest.mark.parametrize("count", [1, 2, 7, 100])
def test_the_spiral_has_two_arms_in_the_square(minitorch: Any, count: int) -> None:
    graph = minitorch.spiral(count)
    assert len(graph.X) == len(graph.y) == graph.N == count
    assert sum(graph.y) == count - count // 2
    assert all(0.0 <= x1 <= 1.0 and 0.0 <= x2 <= 1.0 for x1, x2 in graph.X)
    assert len(set(graph.X)) == count


def test_equal_seeds_give_equal_points(minitorch: Any) -> None:
    draws = []
    for seed in (1, 1, 2):
        minitorch.seed(seed)
        draws.append(minitorch.make_pts(5))
    assert draws[0] == draws[1] != draws[2]


def test_an_unknown_attribute_names_the_module_and_the_nearest(minitorch: Any) -> None:
    module = minitorch.Module()
    module.weight = minitorch.Parameter(1.0)
    with pytest.raises(AttributeError) as error:
        module.wieght
    assert str(error.value) == "Module has no attribute 'wieght'. Did you mean 'weight'?"
    with pytest.raises(AttributeError, match="^Module has no attribute 'zzz'.$"):
        module.zzz


def test_a_module_without_forward_says_so_when_called(minitorch: Any) -> None:
    with pytest.raises(AttributeError, match="Module has no attribute 'forward'"):
        minitorch.Module()(1.0)


def test_a_forgotten_super_init_is_explained(minitorch: Any) -> None:
    class Forgetful(minitorch.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            self.w = minitorch.Parameter(1.0)

    with pytest.raises(AttributeError) as error:
        Forgetful()
    assert "Forgetful is not set up yet: call super().__init__() first" in str(error.value)


def test_a_name_means_what_was_assigned_last(minitorch: Any) -> None:
    root = minitorch.Module()
    for value in (minitorch.Parameter(1.0), minitorch.Module(), 3.0, minitorch.Parameter(2.0)):
        root.it = value
        assert root.it is value
        assert list(root._parameters.values()) == (
            [value] if isinstance(value, minitorch.Parameter) else []
        )
        assert root.modules() == ([value] if isinstance(value, minitorch.Module) else [])


def test_what_is_assigned_anew_keeps_its_place(minitorch: Any) -> None:
    root = minitorch.Module()
    root.v, root.w, root.left, root.right = (
        minitorch.Parameter(1.0),
        minitorch.Parameter(2.0),
        minitorch.Module(),
        minitorch.Module(),
    )
    root.v, root.left = minitorch.Parameter(3.0), minitorch.Module()
    root.add_parameter("v", 4.0)
    root.left.u = minitorch.Parameter(5.0)
    found = [(name, parameter.value) for name, parameter in root.named_parameters()]
    assert found == [("v", 4.0), ("w", 2.0), ("left.u", 5.0)]
    assert list(root._modules) == ["left", "right"]


def test_a_name_that_changes_its_kind_goes_to_the_end(minitorch: Any) -> None:
    root = minitorch.Module()
    root.v, root.w = minitorch.Parameter(1.0), minitorch.Parameter(2.0)
    root.v = minitorch.Module()
    assert [name for name, _ in root.named_parameters()] == ["w"]
    root.v = minitorch.Parameter(3.0)
    assert [name for name, _ in root.named_parameters()] == ["w", "v"]
    assert root.modules() == []


def test_a_tree_is_drawn_one_child_a_line(minitorch: Any) -> None:
    root, child = minitorch.Module(), minitorch.Module()
    root.left, root.right, child.below = child, minitorch.Module(), minitorch.Module()
    assert repr(root) == (
        "Module(\n  (left): Module(\n    (below): Module()\n  )\n  (right): Module()\n)"
    )


def test_a_parameter_prepares_a_value_that_tracks_derivatives(minitorch: Any) -> None:
    tracked: list[bool] = []
    value = SimpleNamespace(requires_grad_=tracked.append, name="")
    parameter = minitorch.Parameter(1.5, "w")
    assert (repr(parameter), str(parameter)) == ("1.5", "1.5")
    parameter.update(value)
    assert tracked == [True]
    assert value.name == "w"


def test_the_catalogue_is_complete_and_computes(minitorch: Any) -> None:
    one, two, reductions = minitorch.MathTest._tests()
    assert (len(one), len(two), len(reductions)) == (14, 6, 3)
    values = {name: fn(2.0) for name, fn in one}
    assert values["inv"] == pytest.approx(1 / 5.5)
    assert values["explog"] == pytest.approx(math.log(100002))
    assert values["complex"] == pytest.approx(math.log(1 + 1e-6) / 50)
    assert {name: fn(1.0, 2.0) for name, fn in two} == {
        "add2": 3.0,
        "mul2": 2.0,
        "div2": pytest.approx(1 / 7.5),
        "gt2": 1.0,
        "lt2": 0.0,
        "eq2": 0.0,
    }
    assert [fn(iter([1.0, 2.0, 6.0])) for _, fn in reductions] == [9.0, 3.0, 3.0]


def test_the_catalogue_stands_beside_a_subclass(minitorch: Any) -> None:
    class Shifted(minitorch.MathTest):  # type: ignore[misc]
        @staticmethod
        def neg(a: float) -> float:
            return 100.0 - a

    one, two, reductions = Shifted._comp_testing()
    beside = {name: (base(1.0), own(1.0)) for name, base, own in one}
    assert beside["neg"] == (-1.0, 99.0)
    assert beside["square"] == (1.0, 1.0)
    assert (len(two), len(reductions)) == (6, 3)


def test_the_drawing_shows_points_line_and_mistakes(script: Any, minitorch: Any) -> None:
    model = script.Linear(script.Weights(w1=-1.0, w2=0.0, bias=0.5))
    graph = minitorch.Graph(4, [(0.0, 1.0), (1.0, 1.0), (0.0, 0.0), (1.0, 0.0)], [1, 0, 0, 1])
    rows = script.draw(model, graph).splitlines()
    assert (rows[1][1], rows[1][-2], rows[-2][1], rows[-2][-2]) == ("o", "x", "!", "!")
    assert rows[12].strip("|").split(".")[0].isspace()
    assert rows[12].count(".") == 1
    assert script.accuracy(model, graph) == 0.5


def test_the_script_says_what_to_do_before_it_can_draw(
    script: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwritten(dataset: str) -> None:
        raise NotImplementedError("Task 0.5: implement weights in project/run_manual.py")

    monkeypatch.setattr(script, "weights", unwritten)
    monkeypatch.setattr(sys, "argv", ["run_manual.py"])
    with pytest.raises(SystemExit) as left:
        script.main()
    assert left.value.code == (
        "Nothing to draw yet. Task 0.5: implement weights in project/run_manual.py"
    )


def test_the_script_reports_how_many_are_right(
    script: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["run_manual.py", "--dataset", "Diag", "--points", "50"])
    script.main()
    assert capsys.readouterr().out.splitlines()[-1] == (
        "Diag: -1.0 * x1 + -1.0 * x2 + 0.5   right on 100% of 50 points"
    )
