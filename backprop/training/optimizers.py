"""Optimisers: what to do with a gradient. The backward pass computes it; a step here uses it.

Each optimiser says in one method, ``change``, what a step subtracts from a parameter. Arrays are
changed in place, Python floats stay floats, and float32 stays float32.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np
from numpy import ndarray

from backprop.checks import check_flag, check_fraction, format_given
from backprop.engine.variable import Value, Variable, next_serial, value_of
from backprop.training.parameters import Learnable, check_gradient, list_parameters
from backprop.training.schedules import Schedule, check_rate


class Optimizer:
    """What all optimisers share: the parameters, the learning rate, and a memory for each.

    An optimiser of your own needs :meth:`change`, and in ``remembers`` the names of what it keeps
    for each parameter from one step to the next.

    Parameters
    ----------
    parameters : Variable, iterable of Variable, or a layer
        The leaves that a step changes.
    learning_rate : float or callable
        The factor η in every step, positive and finite; or a schedule, which is given the number of
        steps taken before and returns η (see :mod:`backprop.training.schedules`).

    Attributes
    ----------
    parameters : list of Variable
    learning_rate : float or callable
        As given; may be changed between steps.
    steps : int
        Number of steps taken.

    Raises
    ------
    TypeError
        If a parameter is no Variable, or one that was computed from others, or `learning_rate` is
        neither a number nor a function.
    ValueError
        If there is no parameter, one is listed twice, or `learning_rate` is not positive and
        finite.

    Examples
    --------
    >>> import backprop as bp
    >>> class SignDescent(bp.training.optimizers.Optimizer):
    ...     def change(self, value, gradient, rate, memory):
    ...         return rate if gradient > 0 else -rate
    >>> w = bp.Variable(3.0)
    >>> (w**2).backward()
    >>> SignDescent(w, 0.5).step()
    >>> w.value
    2.5
    """

    #: Names of what is kept for each parameter: values in its shape, 0 before the first step.
    remembers: ClassVar[tuple[str, ...]] = ()

    def __init__(self, parameters: Learnable, learning_rate: float | Schedule = 0.1) -> None:
        self.parameters = list_parameters(parameters)
        self.learning_rate = learning_rate
        self.steps = 0
        self._memory = [
            {"moves": 0} | {name: _make_zero(parameter.value) for name in self.remembers}
            for parameter in self.parameters
        ]

    def change(self, value: Value, gradient: Value, rate: float, memory: dict[str, Any]) -> Value:
        """Return what a step subtracts from a parameter: to be written by each optimiser.

        Parameters
        ----------
        value, gradient : float or numpy.ndarray
            The parameter and its gradient; neither may be changed.
        rate : float
            The learning rate of this step.
        memory : dict
            What is kept of this parameter, to be brought up to date; ``memory["moves"]`` is the
            number of its steps, this one included.
        """
        raise NotImplementedError(f"{type(self).__name__} must define change()")

    @property
    def learning_rate(self) -> float | Schedule:
        """The learning rate, or the schedule that gives it."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, given: float | Schedule) -> None:
        self._learning_rate = check_rate(given, "learning_rate")

    def rate(self) -> float:
        """Return the learning rate of the next step.

        Raises
        ------
        TypeError, ValueError
            If a schedule returned something other than a finite number of at least 0.
        """
        given = self._learning_rate
        if not callable(given):
            return given
        return check_fraction(given(self.steps), f"the learning rate of step {self.steps}")

    def memories(self) -> list[dict[str, Any]]:
        """Return what is kept for each parameter, in their order: not copies."""
        return self._memory

    def step(self) -> None:
        """Move each parameter; one without a gradient stays where it is.

        Arrays change in place, so a graph that was kept no longer matches them: compute the loss
        anew before the next ``backward()``.

        Raises
        ------
        RuntimeError
            If no parameter has a gradient.
        """
        rate, moved = self.rate(), False
        for parameter, memory in zip(self.parameters, self._memory, strict=True):
            if parameter._grad is not None:
                moved = True
                self._move(parameter, rate, memory)
        self._count_step(moved)

    def _move(self, parameter: Variable, rate: float, memory: dict[str, Any]) -> None:
        """Move one parameter, which has a gradient."""
        value, gradient = parameter._value, value_of(parameter._grad)
        if type(gradient) is not type(value):  # a float32 gradient would narrow the memory
            check_gradient(parameter, gradient)
            gradient = _copy_as(value, gradient)
        elif type(value) is ndarray and gradient.shape != value.shape:
            check_gradient(parameter, gradient)
        memory["moves"] += 1
        change = self.change(value, gradient, rate, memory)
        if type(value) is ndarray:
            value -= change
            parameter.mark_changed()
        else:
            parameter.value = type(value)(value - change)
            if type(value) is not float:  # NumPy 1 widens single numbers of float32
                memory |= {name: type(value)(memory[name]) for name in self.remembers}

    def _count_step(self, moved: bool) -> None:
        if not moved:
            raise RuntimeError(
                "no parameter has a gradient: call loss.backward() before step(), "
                "and compute the loss from these very parameters"
            )
        self.steps += 1

    def zero_grad(self) -> None:
        """Forget the gradients, so that the next backward pass does not add to them."""
        for parameter in self.parameters:
            parameter._grad = None

    def state(self) -> dict[str, Any]:
        """Return what the next steps depend on, as a dict of numbers and arrays (copies).

        The settings, such as the learning rate, are not in it: they are said where the optimiser is
        made.

        Examples
        --------
        >>> import backprop as bp
        >>> bp.Momentum(bp.Variable(3.0), 0.1).state()
        {'steps': 0, 'moves 0': 0, 'velocity 0': 0.0}
        """
        kept: dict[str, Any] = {"steps": self.steps}
        for i, memory in enumerate(self._memory):
            kept |= {f"{name} {i}": _copy_as(value, value) for name, value in memory.items()}
        return kept

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on from where another optimiser of the same kind stood.

        Parameters
        ----------
        state : dict
            What :meth:`state` of that optimiser returned.

        Raises
        ------
        ValueError
            If it belongs to an optimiser of another kind, or to other parameters.

        Examples
        --------
        >>> import backprop as bp
        >>> w = bp.Variable(3.0)
        >>> one, other = bp.Momentum(w, 0.1), bp.Momentum(w, 0.1)
        >>> w.grad = 2.0
        >>> one.step()
        >>> other.load_state(one.state())
        >>> other.state()
        {'steps': 1, 'moves 0': 1, 'velocity 0': 2.0}
        """
        own = self.state()
        if not isinstance(state, Mapping):
            raise TypeError(
                f"state must be what state() of an optimiser returned, got {format_given(state)}"
            )
        if own.keys() != state.keys():
            raise ValueError(
                "this state belongs to another optimiser, or to more or fewer parameters: "
                f"{type(self).__name__} needs {_list_names(own)}, and it has {_list_names(state)}"
            )
        for name, value in own.items():
            if np.shape(state[name]) != np.shape(value):
                raise ValueError(
                    f"this state belongs to other parameters: {name!r} has shape "
                    f"{np.shape(state[name])} in it, and {np.shape(value)} here"
                )
        self.steps = _copy_as(self.steps, state["steps"])
        for i, memory in enumerate(self._memory):
            for name, value in memory.items():
                memory[name] = _copy_as(value, state[f"{name} {i}"])

    def __repr__(self) -> str:
        """Show the settings."""
        rate = self._learning_rate
        shown = "a schedule" if callable(rate) else f"{rate:g}"
        settings = "".join(
            f", {name}={value}"
            for name, value in vars(self).items()
            if not name.startswith("_") and name not in ("parameters", "steps")
        )
        many = "1 parameter" if len(self.parameters) == 1 else f"{len(self.parameters)} parameters"
        return f"{type(self).__name__}({many}, learning_rate={shown}{settings})"


class GradientDescent(Optimizer):
    """Gradient descent: every step moves each parameter against its gradient.

    ``parameter ← parameter − learning_rate × gradient`` (A.-L. Cauchy, 1847). On mini-batches this
    is stochastic gradient descent (H. Robbins and S. Monro, 1951).

    Parameters
    ----------
    parameters : Variable, iterable of Variable, or a layer
        The leaves that a step changes.
    learning_rate : float or callable
        The factor η between a gradient and the step, positive and finite; or a schedule.

    Raises
    ------
    TypeError, ValueError
        As for :class:`Optimizer`.

    Examples
    --------
    >>> import backprop as bp
    >>> w = bp.Variable(3.0, name="w")
    >>> optimizer = bp.GradientDescent(w, learning_rate=0.1)
    >>> ((w - 1) ** 2).backward()
    >>> w.grad
    4.0
    >>> optimizer.step()
    >>> w.value                     # 3 - 0.1 * 4
    2.6
    """

    def step(self) -> None:
        """Move each parameter; one without a gradient stays where it is."""
        if type(self) is not GradientDescent:
            return super().step()
        rate, moved = self.rate(), False
        factor = np.asarray(
            rate
        )  # multiplied by an array of its type in half the time (A in benchmarks/)
        for parameter, memory in zip(self.parameters, self._memory, strict=True):
            value, gradient = parameter._value, parameter._grad
            if gradient is None:
                continue
            moved = True
            if type(gradient) is ndarray is type(value) and gradient.shape == value.shape:
                if gradient.dtype is not factor.dtype:
                    factor = np.asarray(rate, gradient.dtype)
                value -= gradient * factor
                parameter.serial = next_serial()  # as mark_changed() does
                memory["moves"] += 1
            else:
                self._move(parameter, rate, memory)
        self._count_step(moved)

    def change(self, value: Value, gradient: Value, rate: float, memory: dict[str, Any]) -> Value:
        """Return ``rate * gradient``."""
        return rate * gradient


class Momentum(Optimizer):
    """Gradient descent with momentum: a step keeps a share of the step before.

    ``velocity ← momentum × velocity + gradient``, then
    ``parameter ← parameter − learning_rate × velocity``. Where slopes agree, steps grow up to
    ``1 / (1 − momentum)`` times as long; where they change sign, steps cancel.

    Parameters
    ----------
    parameters : Variable, iterable of Variable, or a layer
        The leaves that a step changes.
    learning_rate : float or callable
        The factor η, positive and finite; or a schedule.
    momentum : float, optional
        The share that is kept, from 0 to below 1.
    nesterov : bool, optional
        Step by ``gradient + momentum × velocity`` instead: look where the velocity leads.

    Raises
    ------
    TypeError, ValueError
        As for :class:`Optimizer`; or if `momentum` is out of range, or 0 together with `nesterov`.

    Notes
    -----
    B. Polyak, *USSR Computational Mathematics and Mathematical Physics* 4 (1964), 1-17;
    Y. Nesterov, *Soviet Mathematics Doklady* 27 (1983), 372-376, in the form of I. Sutskever,
    J. Martens, G. Dahl and G. Hinton, ICML 2013.
    The learning rate stands outside the velocity, as in PyTorch.

    Examples
    --------
    >>> import backprop as bp
    >>> w = bp.Variable(3.0, name="w")
    >>> optimizer = bp.Momentum(w, learning_rate=0.1, momentum=0.5)
    >>> for step in range(3):
    ...     w.grad = 1.0
    ...     optimizer.step()        # by 0.1, 0.15, 0.175
    >>> round(w.value, 6)
    2.575
    """

    remembers = ("velocity",)

    def __init__(
        self,
        parameters: Learnable,
        learning_rate: float | Schedule = 0.1,
        momentum: float = 0.9,
        nesterov: bool = False,
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.momentum = check_fraction(momentum, "momentum", of=1, below=True)
        self.nesterov = check_flag(nesterov, "nesterov")
        if self.nesterov and not self.momentum:
            raise ValueError(
                "nesterov=True needs a momentum above 0: without, there is no velocity"
            )

    def change(self, value: Value, gradient: Value, rate: float, memory: dict[str, Any]) -> Value:
        """Return ``rate * velocity``, or Nesterov's variant of it."""
        velocity = add_to_memory(memory, "velocity", self.momentum, gradient)
        if self.nesterov:
            return rate * (gradient + self.momentum * velocity)
        return rate * velocity


def add_to_memory(memory: dict[str, Any], name: str, kept: float, added: Value) -> Value:
    """Keep a share of what is remembered, add to it, and return the sum."""
    total = memory[name]
    total *= kept
    total += added
    memory[name] = total  # an array is the same one still, a float is not
    return total


def _make_zero(value: Value) -> Value:
    """Return 0 in the shape and type of a value."""
    return np.zeros_like(value) if type(value) is ndarray else type(value)(0)


def _copy_as(value: Value, given: Any) -> Value:
    """Return a copy of what is given, in the type of a value."""
    if type(value) is ndarray:
        return np.array(given, dtype=value.dtype)
    return type(value)(given)


def _list_names(names: Iterable[str]) -> str:
    listed = sorted(names)
    return ", ".join(listed[:6]) + (" ..." if len(listed) > 6 else "")
