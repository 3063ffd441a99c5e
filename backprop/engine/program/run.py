"""``bp.program``: the last part of the way that :mod:`backprop.engine.program` describes."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from backprop.checks import check_function, check_positive
from backprop.engine.program.captures import Captures, find_captures
from backprop.engine.program.module import write_module
from backprop.engine.program.record import record_function
from backprop.engine.program.settings import (
    check_count,
    find_argument_names,
    find_key,
    is_traced,
    prepare_argument,
)
from backprop.engine.program.trace import Step, Trace
from backprop.engine.program.update import Descent, Update, take_eager_step
from backprop.engine.program.variant import Unfit, Variant
from backprop.engine.traversal import sweep
from backprop.engine.variable import Constant, Variable, next_serial, value_of
from backprop.saving import replaced

if TYPE_CHECKING:
    from backprop.engine.program.javascript import Script

#: So many programs are kept for arguments of one shape and type; then eager takes over.
VARIANTS = 8
#: Up to so many lines are shown in a notebook at once; more are folded.
MOST_LINES = 40


class Program:
    """A function and its gradients as NumPy code: it can be run, printed and saved.

    Made by :func:`program`, which says more.

    Attributes
    ----------
    source : str
        The program as text, for the arguments that it ran with last; ``print(program)`` shows it.
    steps : list of Step
        The same before it was written: one NumPy call each.
    parameters : list of Variable
        What the gradients belong to, in their order.

    Notes
    -----
    A program holds its buffers as long as it lives, also between calls: one for each result that is
    needed at the same time as others, and nothing of the run that was traced. A call makes nothing
    else than the gradients that it returns, and what NumPy cannot write into memory that is there,
    such as ``where``.

    Examples
    --------
    >>> import backprop as bp
    >>> w = bp.Variable(2.0, name="w")
    >>> program = bp.program(lambda x: w * x, 3.0)
    >>> program
    Program(<lambda>(x), 4 steps)
    >>> program(5.0)
    (10.0, (5.0,))
    """

    def __init__(
        self, f: Callable[..., Any], examples: tuple[Any, ...], descent: Descent | None
    ) -> None:
        self._f, self._descent = f, descent
        self._names = find_argument_names(f, len(examples))
        self._variants: dict[Any, list[Variant]] = {}
        self._order: dict[Variable, None] = {}
        self._objects: list[Any] = []
        arguments = self._prepare_arguments(examples)
        self._find_captures(arguments)
        self._current = self._write_variant(arguments)
        self._parameters = self._current.parameters

    def __call__(self, *arguments: Any) -> Any:
        """Run the program.

        Parameters
        ----------
        *arguments
            As the function takes them. For another shape or type, the program is written anew,
            and kept.

        Returns
        -------
        float or tuple
            The loss and a tuple of the gradients, in the order of `parameters`, which are the
            caller's own; with ``update=`` the loss alone; and if the function returns no Variable,
            what it returns.
        """
        current = self._current
        if self._is_unchanged() and current.reads_the_same():
            states = self._read_states() if current.draws else None
            try:
                result = current.run(*arguments)
            except TypeError:
                check_count(arguments, self._names)
                raise
            if result is not Unfit:
                self._parameters = current.parameters
                return result
            self._restore_states(states)
        return self._run_another(arguments)

    @property
    def source(self) -> str:
        """The program as text."""
        return self._current.source

    @property
    def steps(self) -> list[Step]:
        """What the program computes, one NumPy call each."""
        return self._current.steps

    @property
    def parameters(self) -> list[Variable]:
        """What the gradients of the last call belong to, in their order."""
        return self._parameters

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the program into a module that needs NumPy alone.

        Importing the module gives ``program``, which takes the arguments that this one ran with
        last, by shape and type. Values of Variables and the state of the optimiser are in the file.

        Parameters
        ----------
        path : str or path-like
            The file, whose name should end in ``.py``. It is there whole, or as it was.

        Raises
        ------
        ProgramError
            If the program refers to what cannot be written down, such as a schedule.
        """
        name = getattr(self._f, "__name__", type(self._f).__name__)
        text = write_module(self._current, f"The program of {name}")
        with replaced(path) as file:
            file.write(text.encode())

    def javascript(self, name: str = "program") -> Script:
        r"""Write the program as plain JavaScript, for a page that computes by itself.

        The same steps in the same order, with the same names and comments. Single numbers are
        numbers, arrays are ``Float64Array``\ s that lie row by row, and loops are written out.

        Parameters
        ----------
        name : str, optional
            How the function is to be called.

        Returns
        -------
        Script
            ``print(script)`` shows it, ``script.state()`` is what it begins with: the values of
            Variables, and what an optimiser keeps. The function takes such a state and the
            program's arguments, of the shapes that it ran with last, and returns
            ``{loss, dw, ...}`` or ``{result}``; with ``update=``, new values go into the state.

        Raises
        ------
        ProgramError
            If a step has no spelling, at the line that the message names: random numbers, float32,
            a function of NumPy that the engine does without, a constant of 2,000 elements or more.

        Notes
        -----
        Constants stay as they are now. What is asked of values must come out as it did, or the
        script throws a ``RangeError``. The last digits of sums may differ from NumPy's.

        Examples
        --------
        >>> import backprop as bp
        >>> w = bp.Variable(2.0, name="w")
        >>> print(bp.program(lambda x: w * x, 3.0).javascript("scaled"))
        // The program of <lambda>, written by backprop.
        function scaled(state, x) {
          const { w } = state;
          // multiply: w · x
          const loss = w * x;
          return { loss, dw: x };
        }
        <BLANKLINE>
        """
        from backprop.engine.program.javascript import write_script

        title = f"The program of {getattr(self._f, '__name__', type(self._f).__name__)}"

        def trace_again(make_trace: type[Trace], arguments: Mapping[str, Any]) -> None:
            named = {argument: arguments[argument] for argument in self._names}
            record_function(self._f, named, self._captured, self._descent, make_trace)

        known = {key: found for key, (found, _) in self._captured.arrays.items()}
        return write_script(self._current, name, title, known, trace_again)

    def __str__(self) -> str:
        return self.source

    def __repr__(self) -> str:
        """Show what it is a program of, and how long it is."""
        name = getattr(self._f, "__name__", type(self._f).__name__)
        return f"Program({name}({', '.join(self._names)}), {len(self.steps)} steps)"

    def _repr_markdown_(self) -> str:
        code, lines = f"```python\n{self.source}```", self.source.count("\n")
        if lines <= MOST_LINES:
            return code
        summary = f"Show the program in NumPy, {lines} lines"
        return f"<details>\n<summary>{summary}</summary>\n\n{code}\n\n</details>"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/markdown": self._repr_markdown_(), "text/plain": repr(self)}

    # --- which program runs ---

    def _find_captures(self, arguments: tuple[Any, ...]) -> None:
        """Look at what the function reaches, by these arguments or by those of kept programs."""
        known = {id(one) for one in self._objects}
        self._objects += [
            given for given in arguments if not is_traced(given) and id(given) not in known
        ]
        update = None if self._descent is None else self._descent.optimizer
        self._captured: Captures = find_captures(self._f, *self._objects, update=update)
        self._is_unchanged = self._captured.compile_check()

    def _prepare_arguments(self, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        check_count(arguments, self._names)
        return tuple(map(prepare_argument, arguments))

    def _write_variant(self, arguments: tuple[Any, ...]) -> Variant:
        """Write the program for these arguments, and keep it."""
        named = dict(zip(self._names, arguments, strict=True))
        recording = record_function(self._f, named, self._captured, self._descent)
        recording.sort(self._find_places(recording.parameters))
        variant = Variant(recording, named, self._captured)
        self._variants.setdefault(find_key(arguments), []).insert(0, variant)
        return variant

    def _find_places(self, leaves: list[Variable]) -> dict[Variable, int]:
        """Return the places of gradients, which stay as they were first, though values are new."""
        self._order |= dict.fromkeys(leaves)
        return {leaf: k for k, leaf in enumerate(self._order)}

    def _run_another(self, arguments: tuple[Any, ...]) -> Any:
        """Run a program that was written earlier for such arguments, or write one."""
        ready = self._prepare_arguments(arguments)
        if not self._is_unchanged():
            self._variants.clear()
            self._objects.clear()
            self._find_captures(ready)
        states = self._read_states()
        variants = self._variants.get(find_key(ready), [])
        for variant in variants:
            if variant.fits():
                variant.bind()
                result = variant.run(*ready)
                if result is not Unfit:
                    self._current, self._parameters = variant, variant.parameters
                    return result
                self._restore_states(states)
        if len(variants) < VARIANTS:
            self._find_captures(ready)  # another object has settings of its own
            variant = self._write_variant(ready)
            result = variant.run(*ready)
            self._current, self._parameters = variant, variant.parameters
            if result is not Unfit:
                return result
            self._restore_states(states)
        return self._run_eagerly(ready)

    def _run_eagerly(self, arguments: tuple[Any, ...]) -> Any:
        """Compute what no program that was written fits."""
        start = next_serial()
        result = self._f(*arguments)
        value = value_of(result)
        if not isinstance(result, Variable) or isinstance(result, Constant):
            return value
        one: Any = 1.0 if type(value) is float else value.dtype.type(1)
        arrived = sweep(result, one)
        if self._descent is None:
            # Serials count down: what f made in this call has a smaller one than `start`.
            reached = [leaf for leaf in arrived if leaf in self._order or leaf.serial > start]
            places = self._find_places(sorted(reached, key=lambda leaf: -leaf.serial))
            self._parameters = sorted(reached, key=places.__getitem__)
            return value, tuple(arrived[leaf] for leaf in self._parameters)
        take_eager_step(self._descent, arrived)
        return value

    def _read_states(self) -> list[Any]:
        return [generator.bit_generator.state for generator in self._captured.generators]

    def _restore_states(self, states: list[Any] | None) -> None:
        """Let random generators draw again what was drawn in vain."""
        for generator, state in zip(self._captured.generators, states or (), strict=False):
            generator.bit_generator.state = state


def program(
    f: Callable[..., Any],
    *examples: Any,
    update: Update | None = None,
    clip_norm: float | None = None,
) -> Program:
    r"""Write the NumPy program that a person would write for a function and its gradients.

    `f` is run on values that note every call of NumPy, and so are the rules of the backward pass;
    twice, to see that both come out the same. What was noted is written as one Python function:
    buffers, views and constants are made once, what is common is computed once, and what nobody
    needs is left out.
    ``print(program)`` shows it; the appendix on speed compares it with the same by hand.

    Parameters
    ----------
    f : callable
        Computes a loss with the functions of this package, from its arguments and from the
        Variables that it knows.
    *examples
        Arguments for `f`, of the shapes and types that the program is for. Numbers with a point
        and arrays may change from call to call; a program for another whole number, text or
        object, or for another shape or type, is written when it is called for, and kept.
    update : GradientDescent or another optimiser, optional
        Let each call take a step with the gradients, as ``update.step()`` does.
    clip_norm : float, optional
        Shorten the gradients of the optimiser's parameters together to this length before, if they
        are longer, as :func:`clip_gradients` does.

    Returns
    -------
    Program
        ``loss, gradients = program(*arguments)``, with a tuple of gradients in the order of
        ``program.parameters``; they are the caller's own arrays. With `update`, the loss alone, and
        no ``grad`` is set. If `f` returns no Variable, as ``bp.grad(f)`` does, what `f` returns.

    Raises
    ------
    TypeError
        If `f` cannot be called, or gets another number of arguments.
    ValueError
        If `f` returns more than a single number, or `clip_norm` is not positive or stands without
        `update`; and what `f` itself raises.
    ProgramError
        If `f` does what no program can say, at the line that the message names: a branch, a
        ``float()`` or a size that depends on computed values, random numbers that are not drawn
        with :func:`dropout`, a function of NumPy that has no spelling; if it returns several
        values; or if the program would be longer than 100,000 steps.

    Notes
    -----
    Variables, and arrays and numbers that `f` knows by name, may change between calls: values of
    Variables and elements of arrays are read in each call. Noticed, so that the program is written
    anew, are numbers, texts and objects in closures, globals, defaults, lists and dicts, in objects
    and their classes, and in modules that a function knows by name. Not noticed is what changes in
    a set or another container, in a list or dict of more than 1,000 elements, behind
    ``getattr(x, name)``, and in Python's own modules and this package.
    What `f` computes with NumPy alone from large arrays that it also uses as they are
    is taken to stay the same, and so are the globals of other packages. While a program is being
    written, the Variables hold other values: other threads must not use them. Sums are added up in
    another order than eager does, so that the last digits may differ.

    Tracing is how JAX writes its programs (R. Frostig, M. Johnson and C. Leary, *Compiling machine
    learning programs via high-level tracing*, SysML 2018).

    Examples
    --------
    >>> import backprop as bp
    >>> import numpy as np
    >>> w = bp.Variable([1.0, 2.0], name="w")
    >>> program = bp.program(lambda x: bp.sum((w * x) ** 2), np.array([3.0, 4.0]))
    >>> print(program.source.partition("    # multiply")[2].partition("\n\n")[0])
    : w · x
            multiply(w, x, t)
            # sum: Σ a
            loss = t.dot(t)
            # square, by a: upstream · 2 · a
            multiply(two, t, t)
            # multiply, by w: upstream · x
            dw = multiply(t, x)
            return float(loss), (dw,)
    >>> loss, (dw,) = program(np.array([1.0, 1.0]))
    >>> loss, dw
    (5.0, array([2., 4.]))
    """
    check_function(f, "program: f", "lambda x: bp.sum(x**2)")
    if update is None:
        if clip_norm is not None:
            raise ValueError(
                "clip_norm needs update=, an optimiser whose step it is for: without one, call "
                "bp.clip_gradients before step()"
            )
        return Program(f, examples, None)
    longest = None if clip_norm is None else check_positive(clip_norm, "clip_norm")
    return Program(f, examples, Descent(update, longest))
