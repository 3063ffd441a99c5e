r"""Programs: the NumPy code that a person would write for a function and its gradients.

The way from a function ``f`` to a program, by the modules in which it goes:

1. `captures` looks around: which Variables, arrays, settings and random generators does ``f`` reach
   besides its arguments? Later calls notice when they are no longer what they were: `settings`
   compares them.
2. `record` runs ``f`` on values that compute like arrays (`traced_value`, `calls`) and note each
   call of NumPy as a `Step` (`trace`), with its indices (`indices`).
   Nothing is spelled a second time: the table of operations
   computes with such values as with arrays, and so do its rules, when the usual backward pass goes
   over the graph. An optimiser takes its step in the same way (`update`). `comments` says in words
   of the table what each step is for. All this is done twice, and must come out the same.
3. `simplify` leaves out what no result needs, and finds simpler forms; `scale` lets the learning
   rate come in early. What is left is the list of steps that ``program.steps`` shows.
4. `memory` decides where results lie: which steps are views, and which write over what.
5. `lines` writes a line or two for each step, with `sum_lines` and `shape_lines`; `writer` knows
   the names, buffers and constants in them.
6. `variant` puts the lines together, behind the conditions under which they are right, and compiles
   them: a program for arguments of one shape and type.
7. `run` is what the caller has in hand: it finds the variant that fits a call, or has one written.

`module` saves a program as a file of its own. `javascript` writes the same steps for pages, with
`script_lines`, `script_writer`, `expressions` and `subscripts` in place of 4 and 5.

Examples
--------
The steps of a loss and its derivative; what both need, ``w * x``, is computed once:

>>> import backprop as bp
>>> w = bp.Variable(2.0, name="w")
>>> program = bp.program(lambda x: (w * x) ** 2, 3.0)
>>> for step in program.steps:
...     given = [getattr(i, "name", i) or "..." for i in step.inputs]
...     print(f"{step.operation:9} {step.name:5} {given} {step.note}".rstrip())
leaf      w     []
argument  x     []
multiply        ['w', 'x'] multiply: w · x
multiply  loss  ['...', '...'] square: a²
multiply        [2.0, '...'] square, by a: upstream · 2 · a
multiply  dw    ['...', 'x'] multiply, by w: upstream · x
"""
