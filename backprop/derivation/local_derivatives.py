"""The table of local derivatives, written from the table of operations that computes them."""

from __future__ import annotations

from backprop.checks import check_flag, format_given
from backprop.engine.table import TABLE, Operation
from backprop.formulas.formula import Formula, Name, Slot, change_parts
from backprop.formulas.parse import parse_template
from backprop.formulas.printing import to_latex, to_text
from backprop.tables import write_markdown_table, write_text_table

# Operations that only rules and other operations use.
_INTERNAL = ("broadcast_to", "sum_to", "scatter", "join", "windows", "fold")


class LocalDerivatives:
    """Some operations with their local derivatives; made by :func:`local_derivatives`.

    Shows itself as a table, in Markdown with LaTeX or as plain text.

    Attributes
    ----------
    operations : tuple of Operation
        The entries of the table of operations.
    """

    def __init__(self, operations: tuple[Operation, ...]) -> None:
        self.operations = operations

    def rows(self) -> list[tuple[str, str, str, str]]:
        """Return name, formula, argument and derivative in LaTeX, a row for each argument."""
        return [
            (name, to_latex(formula) if formula else "", to_latex(by), to_latex(derivative))
            for name, formula, by, derivative in self._list_rows()
        ]

    def _list_rows(self) -> list[tuple[str, Formula | None, Formula, Formula]]:
        return [
            (
                operation.name if first else "",
                _fill_names(operation.latex) if first else None,
                Name(parameter),
                _fill_names(derivative),
            )
            for operation in self.operations
            for parameter, derivative, first in _list_derivatives(operation)
        ]

    def _repr_markdown_(self) -> str:
        heads = ["`bp.…`", "operation", "by", "local derivative"]
        rows = [
            [f"`{name}`" if name else "", f"${formula}$" if formula else "", f"${by}$", f"${rule}$"]
            for name, formula, by, rule in self.rows()
        ]
        return write_markdown_table(heads, rows, "llll")

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/markdown": self._repr_markdown_(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        """Return the table as plain text."""
        rows = [
            [name, to_text(formula) if formula else "", to_text(by), to_text(derivative)]
            for name, formula, by, derivative in self._list_rows()
        ]
        return write_text_table(["bp.…", "operation", "by", "local derivative"], rows, "llll")


def local_derivatives(*names: str, pointwise: bool | None = None) -> LocalDerivatives:
    """Tabulate the local derivatives of operations.

    Parameters
    ----------
    *names : str
        Which operations, such as ``"exp"``; left out: all of them.
    pointwise : bool, optional
        Of these, only those that work element by element (True), or only the others (False).

    Returns
    -------
    LocalDerivatives
        Shows itself as a table.

    Raises
    ------
    TypeError
        If a name is not text, or `pointwise` neither True nor False nor None.
    ValueError
        If there is no operation of that name.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.local_derivatives("multiply", "exp")
    bp.…       operation   by   local derivative
    multiply   a · b       a    b
                           b    a
    exp        e^a         a    e^a
    """
    for name in names:
        if not isinstance(name, str):
            raise TypeError(
                f'names must be texts such as "exp", got {format_given(name)}: '
                'pass the name of the operation, "exp" for bp.exp'
            )
        if name not in TABLE:
            import difflib  # only this message needs it

            near = difflib.get_close_matches(name, TABLE, n=1)
            meant = f"did you mean {near[0]!r}? " if near else ""
            raise ValueError(
                f"names must be operations, and none is called {format_given(name)}: {meant}"
                f"there are {', '.join(each for each in TABLE if each not in _INTERNAL)}"
            )
    if pointwise is not None:
        check_flag(pointwise, "pointwise")
    listed = [TABLE[name] for name in names or TABLE if names or name not in _INTERNAL]
    kept = [entry for entry in listed if pointwise is None or entry.pointwise == pointwise]
    return LocalDerivatives(tuple(kept))


def _list_derivatives(operation: Operation) -> list[tuple[str, str, bool]]:
    """Return each differentiable argument, its derivative, and whether it is the first."""
    pairs = zip(operation.parameters, operation.derivatives, operation.rules, strict=False)
    found = [(parameter, written) for parameter, written, rule in pairs if rule is not None]
    return [(*pair, i == 0) for i, pair in enumerate(found)]


def _fill_names(template: str) -> Formula:
    """Write the parameters' own names where a template has places for arguments."""
    return change_parts(
        parse_template(template), lambda part: Name(part.name) if isinstance(part, Slot) else None
    )
