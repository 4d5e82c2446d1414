"""The traced value: an array and its place in the graph. ``Tensor`` derives from it."""

from __future__ import annotations

from typing import Any

from .ledger import ledger, next_number
from .modes import modes, rare
from .node import Node, Output


class Traced:
    """An array that operations record.

    Attributes:
        _array: the values, a NumPy or CuPy array.
        _node: the operation that made it; None for a leaf.
        _requires_grad: whether gradients flow to it.
        _view: how it looks into another tensor's memory; None if it does not.
    """

    # The four that every operation touches are slots; all else is rare and lives in __dict__.
    __slots__ = ("__dict__", "__weakref__", "_array", "_node", "_requires_grad", "_view")

    _array: Any
    _node: Node | Output | None
    _requires_grad: bool
    _view: View | None

    # The class of results of operations on this class: a Parameter's are plain tensors.
    _result_class: type[Traced]

    # Rare state, given to instances only when used.
    grad_: Any = None
    hooks_: dict[int, Any] | None = None
    untracked_: bool = False
    inference_: bool = False  # made in inference mode
    spent_: bool = False  # the input of a transform whose function has returned
    accumulated_: dict[int, Any] | None = None  # hooks called once its gradient is there
    turns_: tuple[tuple[int, tuple[Any, ...]], ...] = ()  # in-place changes of its shape, undone

    def __init_subclass__(cls, results: type[Traced] | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._result_class = results or cls

    @property
    def shape(self) -> tuple[int, ...]:
        """The size of each dimension."""
        return self._array.shape  # type: ignore[no-any-return]

    @property
    def dtype(self) -> Any:
        """The type of the elements, a NumPy dtype."""
        return self._array.dtype

    @classmethod
    def _wrap(cls, array: Any, node: Any = None, requires_grad: bool = False) -> Any:
        """Return a tensor of this class around an array, without copying it."""
        result = cls.__new__(cls)
        result._array = array
        result._node = node
        result._requires_grad = requires_grad
        result._view = None
        if rare.inference:
            mark(result)
        return result


def mark(tensor: Traced) -> None:
    """Note of a new tensor that it was made in inference mode, if it was."""
    if modes.inference:
        tensor.inference_ = True


def check_writable(tensor: Traced) -> None:
    """Raise if a tensor of inference mode is to be written outside of it."""
    if tensor.inference_ and not modes.inference:
        raise RuntimeError(
            "Inplace update to inference tensor outside InferenceMode is not allowed. You can make "
            "a clone to get a normal tensor before doing inplace update."
        )


Steps = tuple[Any, tuple[Any, ...]] | None


class View:
    """How a tensor looks into the memory of another: ``base`` seen through ``steps``.

    Attributes:
        base: the tensor whose memory this is, itself no view.
        steps: the way from the base to the view: a pair of the steps before and of the last one,
            a call (function, operands, keyword arguments). A long way is shared, never copied.
        made: when it was made: the steps begin at the shape that the base had then.
        number: when the view's node was derived; it is stale once the memory was written later.
        recorded: False for a view made while nothing was recorded.
    """

    __slots__ = ("base", "made", "number", "recorded", "steps")

    base: Traced
    steps: Steps
    recorded: bool
    made: int
    number: int

    def __init__(self, source: Traced, step: tuple[Any, ...], recorded: bool) -> None:
        outer = source._view
        if outer is None:
            self.base, self.steps = source, (None, step)
        else:
            self.base, self.steps = outer.base, (outer.way(), step)
            recorded = recorded and outer.recorded
        self.recorded = recorded
        self.made = self.number = next_number()

    def way(self) -> Steps:
        """Return the steps from the base as it is now, whose shape may have been changed since."""
        turns = self.base.turns_
        if turns and turns[-1][0] > self.made:
            way: Steps = None
            for number, undo in reversed(turns):
                if number > self.made:
                    way = (way, undo)
            for step in _path(self.steps):
                way = (way, step)
            self.steps, self.made = way, next_number()
        return self.steps


def look(value: Any, steps: Steps) -> Any:
    """Follow the steps of a view, on an array or on a tensor."""
    for function, operands, attributes in _path(steps):
        value = function(value, *operands, **attributes)
    return value


def _path(steps: Steps) -> list[tuple[Any, ...]]:
    path = []
    while steps is not None:
        steps, step = steps
        path.append(step)
    path.reverse()
    return path


def become(tensor: Traced, node: Node | Output | None) -> None:
    """Give a tensor another place in the graph: its value is now the result of ``node``.

    A tensor that retains its gradient will retain that of its new value.
    """
    previous = tensor._node
    retains = None if previous is None or node is None else previous.retains
    if retains is not None and retains() is tensor:
        node.retains, previous.retains = retains, None  # type: ignore[union-attr]
    tensor._node = node
    tensor._requires_grad = node is not None


def refresh(tensor: Traced) -> None:
    """Derive a view's place in the graph anew if its memory was written since.

    After an in-place change of the base (or of another view of it), the view is a function of the
    base's new value: it is recorded again as the same view of the base's present node.

    Raises:
        RuntimeError: for a view made under no_grad, whose base has got a history since.
    """
    view = tensor._view
    if view is None or ledger.last < view.number:
        return
    entry = ledger.entry(tensor._array)
    if entry is None or entry.last < view.number:
        return
    base = view.base
    if not base._requires_grad:
        view.number = next_number()
        return
    if not view.recorded:
        if modes.recording and base._node is not None and base._node.number > view.number:
            raise RuntimeError(
                "A view was created in no_grad mode and its base or another view of its base has "
                "been modified inplace with grad mode enabled. Create the view with grad mode "
                "enabled, or modify its base under no_grad."
            )
        return
    previous, modes.recording = modes.recording, True
    try:
        again = look(base, view.way())
    finally:
        modes.recording = previous
    become(tensor, again._node)
    view.number = next_number()
