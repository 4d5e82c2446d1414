"""Disagreements with PyTorch 2.13 (CPU) in which it is wrong, found by the differential tester.

Each entry is a program of either engine ``t``, what PyTorch answers, and what is right. A test runs
them all. ``python -m minigrad_torch_compat.differential.disagreements`` prints DISAGREEMENTS.md.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Program = Callable[[Any], Any]


@dataclass(frozen=True)
class Known:
    """A disagreement: a program, and the two answers: values, or the names of errors.

    Attributes:
        program: takes an engine; its docstring says why the right answer is right.
        theirs: what PyTorch answers; None where it differs from run to run.
        right: what minigrad answers.
    """

    program: Program
    theirs: Any
    right: Any

    @property
    def title(self) -> str:
        """The program's name, as words."""
        return self.program.__name__.replace("_", " ")

    @property
    def reason(self) -> str:
        """Why the right answer is right."""
        return inspect.cleandoc(self.program.__doc__ or "")

    @property
    def code(self) -> str:
        """The program's lines."""
        lines = inspect.getsource(self.program).splitlines()
        end = next(i for i, line in enumerate(lines) if line.endswith('"""') and i > 1)
        return textwrap.dedent("\n".join(lines[end + 1 :]))


KNOWN: list[Known] = []


def known(theirs: Any, right: Any) -> Callable[[Program], Program]:
    """Return a decorator that adds a program to ``KNOWN``."""

    def add(program: Program) -> Program:
        KNOWN.append(Known(program, theirs, right))
        return program

    return add


# --- gradients ------------------------------------------------------------------------------------


@known(theirs=-1.0, right=1.0)
def polar_of_a_negative_size(t: Any) -> Any:
    """The real part is ``abs cos(angle)``, whose derivative by ``abs`` is 1 here.

    PyTorch multiplies by the sign of the result, which is 0 at 0 and turned around below.
    """
    size = t.tensor(-1.0, requires_grad=True)
    t.polar(size, t.tensor(0.0)).real.backward()
    return size.grad


@known(theirs=0.0, right=0.5)
def ldexp_with_an_integer_exponent(t: Any) -> Any:
    """``x 2^-1`` has the derivative 1/2. PyTorch computes 2^-1 among integers, where it is 0."""
    x = t.tensor(1.0, requires_grad=True)
    t.ldexp(x, t.tensor(-1)).backward()
    return x.grad


@known(theirs=[1.0, 0.0, 0.0], right=[0.0, 1.0, 1.0])
def as_strided_scatter_and_what_it_replaces(t: Any) -> Any:
    """The first element is replaced: the others' gradients are 1, its own 0."""
    x = t.ones(3, requires_grad=True)
    t.as_strided_scatter(x, t.zeros(1), (1,), (1,), 0).sum().backward()
    return x.grad


@known(theirs="RuntimeError", right=[1.0 + 2.0])
def vander_is_differentiable(t: Any) -> Any:
    """The sum of ``1, x, x^2`` at 1: PyTorch overwrites in place what its derivative needs."""
    x = t.ones(1, requires_grad=True)
    t.vander(x, 3).sum().backward()
    return x.grad


@known(theirs=[[1.0], [0.5]], right=[[1.0], [1.0]])
def embedding_bag_scaled_by_frequency(t: Any) -> Any:
    """Row 0 occurs twice and its gradient 2 is halved; row 1 occurs once and keeps its 1."""
    weight = t.ones(2, 1, requires_grad=True)
    bag = t.nn.functional.embedding_bag
    bag(t.tensor([[1, 0, 0]]), weight, mode="sum", scale_grad_by_freq=True).sum().backward()
    return weight.grad


@known(theirs=[[0.0, 0.0, 1.0], [1.0, 1.0, 1.0]], right=[[0.0, 1.0, 2.0], [1.0, 1.0, 1.0]])
def nearest_interpolation_by_a_factor_near_one(t: Any) -> Any:
    """The value and its gradient must belong to one map.

    PyTorch's value shows element 0 twice and element 2 never, while its gradient (and its value for
    images instead of signals) takes equal sizes for the identity. minigrad does so throughout.
    """
    x = t.arange(3.0).reshape(1, 1, 3).requires_grad_()
    out = t.nn.functional.interpolate(x, scale_factor=1.3)
    out.sum().backward()
    return t.stack([out.detach().reshape(-1), x.grad.reshape(-1)])


@known(theirs=None, right=[0.0, 0.0])
def batch_norm_with_strided_statistics(t: Any) -> Any:
    """The input is the mean, so nothing depends on the weight. PyTorch reads other memory."""
    mean = t.tensor([1.0, -5.0, 2.0, -5.0], dtype=t.float64)[::2]
    x = t.tensor([[1.0, 2.0]], dtype=t.float64)
    weight = t.ones(2, dtype=t.float64, requires_grad=True)
    variance = t.ones(2, dtype=t.float64)
    out = t.nn.functional.batch_norm(x, mean, variance, weight, eps=0.0)
    out.backward(t.tensor([[1.0, 2.0]], dtype=t.float64))
    return weight.grad


@known(theirs="RuntimeError", right=[0, 4, 1, 1])
def pixel_shuffle_of_no_images(t: Any) -> Any:
    """The gradient of an empty tensor is an empty tensor of its shape."""
    x = t.zeros(0, 4, 1, 1, requires_grad=True)
    t.nn.functional.pixel_shuffle(x, 2).sum().backward()
    return list(x.grad.shape)


@known(theirs=1.0, right=0.0)
def logic_in_place(t: Any) -> Any:
    """The result is a bool, the same for all numbers but 0: it depends on ``x`` with slope 0.

    PyTorch lets the gradient of what was overwritten through, also for ``or``, ``xor`` and ``not``.
    """
    x = t.tensor(1.0, requires_grad=True)
    x.clone().logical_and_(t.tensor(0.0)).backward()
    return x.grad


@known(theirs=0.0, right=0.196612)
def softplus_at_its_threshold(t: Any) -> Any:
    """Only above the threshold is softplus the identity: at it, its curve has a second derivative.

    PyTorch's value and first derivative are those of the curve, too.
    """
    x = t.tensor(1.0, requires_grad=True)
    slope = t.autograd.grad(t.nn.functional.softplus(x, 1, 1), x, create_graph=True)[0]
    return t.autograd.grad(slope, x)[0]


@known(theirs=-1.48077, right=-0.266664)
def third_derivative_of_batch_norm(t: Any) -> Any:
    """By differences of the second derivatives, which PyTorch and minigrad agree on."""
    x = t.tensor([[0.3], [1.0], [-0.5], [0.2]], dtype=t.float64, requires_grad=True)
    weight = t.tensor([[1.0], [2.0], [-1.0], [0.5]], dtype=t.float64)
    out = (t.nn.functional.batch_norm(x, None, None, training=True) * weight).sum()
    for _ in range(3):
        out = t.autograd.grad(out, x, create_graph=True)[0][0, 0]
    return out


@known(theirs=[[0.0, 0.0], [0.0, 0.0]], right=[[4.0, -2.0], [-2.0, 1.0]])
def determinant_of_a_singular_matrix(t: Any) -> Any:
    """The gradient is the matrix of cofactors, also where the determinant is 0.

    PyTorch finds it with ``create_graph=True``, but not without.
    """
    matrix = t.tensor([[1.0, 2.0], [2.0, 4.0]], requires_grad=True)
    t.linalg.det(matrix).backward()
    return matrix.grad


@known(theirs="RuntimeError", right=[[0.0, 0.0], [0.0, 0.0]])
def condition_number_in_the_frobenius_norm(t: Any) -> Any:
    """The identity's is the smallest there is: its gradient is 0. PyTorch overwrites in place."""
    matrix = t.eye(2, requires_grad=True)
    t.linalg.cond(matrix, "fro").backward()
    return matrix.grad


@known(theirs=True, right=False)
def cholesky_inverse_reads_one_triangle(t: Any) -> Any:
    """Nothing depends on the upper triangle. PyTorch gives it a gradient of -0.0741."""
    factor = t.tensor([[2.0, 0.0], [1.0, 3.0]], requires_grad=True)
    t.cholesky_inverse(factor).sum().backward()
    return bool(factor.grad[0, 1] != 0)


# --- values ---------------------------------------------------------------------------------------


@known(theirs=0.16759531208, right=0.16759238743)
def airy_ai(t: Any) -> Any:
    """To eleven digits, by arithmetic of fifty. Off by up to 3e-6 from -3.16 to -2.09."""
    return t.special.airy_ai(t.tensor(-2.09375, dtype=t.float64))


@known(theirs=-0.39490090845, right=-0.39490090762)
def bessel_j0(t: Any) -> Any:
    """To eleven digits, by arithmetic of fifty. J and Y are off by up to 9e-7 around 5."""
    return t.special.bessel_j0(t.tensor(4.03125, dtype=t.float64))


@known(theirs=[1.0], right=[1.5])
def embedding_bag_before_the_last_offset(t: Any) -> Any:
    """The bag ends at offset 2: it holds 1 and 2, not 4. PyTorch divides their sum by three."""
    weight = t.tensor([[1.0], [2.0], [4.0]])
    bag = t.nn.functional.embedding_bag
    options = {"mode": "mean", "include_last_offset": True}
    return bag(t.tensor([0, 1, 2]), weight, t.tensor([0, 2]), **options)[0]


@known(theirs=[3.1429, 3.1429, 3.1429], right=[3.1429, 8.5, 13.8571])
def antialiased_interpolation_to_width_one(t: Any) -> Any:
    """The rows of a ramp differ. PyTorch repeats the first."""
    x = t.arange(18.0).reshape(1, 1, 6, 3)
    out = t.nn.functional.interpolate(x, size=(3, 1), mode="bilinear", antialias=True)
    return out.reshape(-1)


@known(theirs=[0, 1, 2, 2], right=[0, 4, 1, 1])
def pixel_unshuffle_of_no_images(t: Any) -> Any:
    """The shape does not depend on how many images there are."""
    return list(t.nn.functional.pixel_unshuffle(t.zeros(0, 1, 2, 2), 2).shape)


@known(theirs=[], right=[1])
def unique_consecutive_by_position(t: Any) -> Any:
    """The third argument asks for counts: one 0. PyTorch returns an empty second result."""
    return t.unique_consecutive(t.tensor([0]), False, True)[1]


@known(theirs=None, right=float("nan"))
def multi_margin_loss_of_no_rows(t: Any) -> Any:
    """The mean of nothing is NaN. PyTorch returns memory it never wrote."""
    return t.nn.functional.multi_margin_loss(t.zeros(0, 3), t.zeros(0, dtype=t.int64))


# --- refusals, and none ---------------------------------------------------------------------------


@known(theirs="RuntimeError", right=[0, 2])
def rfft_of_no_signals(t: Any) -> Any:
    """Complex signals may be none; for real ones the library behind complains."""
    return list(t.fft.rfft(t.zeros(0, 3)).shape)


@known(theirs="RuntimeError", right=True)
def isin_a_transposed_matrix(t: Any) -> Any:
    """A matrix holds the same numbers however it lies in memory."""
    return t.isin(t.tensor(0.0), t.zeros(2, 3).T)


@known(theirs="RuntimeError", right=[[1.0, 3.0, 1.0, 3.0], [2.0, 4.0, 2.0, 4.0]])
def kron_with_a_transposed_matrix(t: Any) -> Any:
    """The product does not depend on how a matrix lies in memory."""
    return t.kron(t.ones(2), t.tensor([[1.0, 2.0], [3.0, 4.0]]).T)


@known(theirs="RuntimeError", right=[2, 2, 2, 2])
def matrix_exp_of_a_transposed_batch(t: Any) -> Any:
    """The exponentials of four matrices, however they lie in memory."""
    return list(t.matrix_exp(t.zeros(2, 2, 2, 2).transpose(0, 1)).shape)


@known(theirs=[3, 2], right="RuntimeError")
def addbmm_in_place_of_one_row(t: Any) -> Any:
    """No other method in place gives the tensor it is called on another shape."""
    return list(t.ones(1, 2).addbmm_(t.zeros(1, 3, 2), t.zeros(1, 2, 2)).shape)


@known(theirs=[], right="IndexError")
def cummax_along_no_dimension(t: Any) -> Any:
    """There is no dimension 5; PyTorch says so unless the tensor is empty."""
    return t.cummax(t.empty(0), 5)[0]


@known(theirs=[1, 1, 1, 2], right="RuntimeError")
def attention_to_keys_without_values(t: Any) -> Any:
    """Four keys and two values: two weights have nothing to weigh."""
    query, keys, values = (t.ones(1, 1, n, 2) for n in (1, 4, 2))
    attend = t.nn.functional.scaled_dot_product_attention
    return list(attend(query, keys, values).shape)


@known(theirs=None, right="RuntimeError")
def ctc_loss_of_a_label_that_is_no_class(t: Any) -> Any:
    """There are two classes, and a label 5. PyTorch reads beyond its memory."""
    scores = t.zeros(2, 1, 2).log_softmax(-1)
    return t.nn.functional.ctc_loss(scores, t.tensor([[5]]), t.tensor([2]), t.tensor([1]))


UNRUN = """
## Not shown as programs

These end the process, or answer by what memory holds:

- `max_pool3d` with dilation and padding writes outside of its memory.
- The backward pass of `pdist` of no vectors, `zeros(0, 3)`, ends the process.
- `ldl_factor(zeros(2, 2))` ends in an internal assertion.
- The gradient of `ctc_loss` is wrong where a label equals the blank.
"""


def document() -> str:
    """Return the document of all of them, in Markdown."""
    parts = ["# Where PyTorch 2.13 is wrong", inspect.cleandoc(__doc__ or "")]
    for entry in KNOWN:
        theirs = "no fixed answer" if entry.theirs is None else f"`{entry.theirs}`"
        parts += [
            f"## {entry.title[0].upper()}{entry.title[1:]}",
            entry.reason,
            f"```python\n{entry.code}\n```",
            f"PyTorch: {theirs}. Right: `{entry.right}`.",
        ]
    return "\n\n".join([*parts, UNRUN.strip()]) + "\n"


if __name__ == "__main__":
    print(document(), end="")
