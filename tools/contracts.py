"""A contract for import-linter: which packages of others each room of ours may import.

Import-linter's own contracts forbid packages that they name; this one allows those that it names
and forbids all others, so that a new dependency is a decision. `.importlinter` uses it.
"""

import sys
from collections.abc import Iterator

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class PackagesContract(Contract):
    """Lines `room: package, package`; a room that is not listed imports Python's own alone."""

    allowed = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Find every import that no line allows."""
        broken = sorted(self._list_broken(graph))
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def _list_broken(self, graph: ImportGraph) -> Iterator[str]:
        rows = dict(line.split(":") for line in self.allowed)
        rooms = {name.strip(): {p.strip() for p in row.split(",")} for name, row in rows.items()}
        (root,) = self.session_options["root_packages"]
        for module in graph.modules:
            top, *inside = module.split(".")
            if top != root:
                continue
            room = inside[0] if inside else root
            allowed = {root, *sys.stdlib_module_names, *rooms.get(room, ())}
            for other in graph.find_modules_directly_imported_by(module):
                if other.split(".")[0] not in allowed:
                    (line, *_) = graph.get_import_details(importer=module, imported=other)
                    yield f"{module} -> {other} (l.{line['line_number']})"

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one import a line."""
        for found in check.metadata["broken"]:
            output.print_error(f"{found}: allow it in .importlinter, or do without", bold=False)
