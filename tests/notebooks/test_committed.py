"""Notebooks are committed freshly executed: otherwise nbval would have nothing to compare with."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))
RENEW = "run `make notebooks` and commit the result"


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> dict[str, Any]:
    return json.loads(request.param.read_text(encoding="utf-8"))


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    cells = notebook["cells"]
    return [
        cell for cell in cells if cell["cell_type"] == "code" and "".join(cell["source"]).strip()
    ]


def test_executed_from_the_top(notebook: dict[str, Any]) -> None:
    cells = code_cells(notebook)
    counts = [cell["execution_count"] for cell in cells]
    assert counts == list(range(1, len(cells) + 1)), RENEW


def test_every_output_can_be_read_as_text(notebook: dict[str, Any]) -> None:
    for cell in code_cells(notebook):
        for output in cell["outputs"]:
            assert output["output_type"] != "error" or "raises-exception" in cell["metadata"].get(
                "tags", []
            )
            if "data" in output:
                text = "".join(output["data"].get("text/plain", ""))
                assert text.strip(), f"no text/plain in the output of:\n{''.join(cell['source'])}"
                assert not re.search(r"at 0x[0-9a-f]{6,}", text), f"an object's address: {text}"


def test_shows_something(notebook: dict[str, Any]) -> None:
    cells = code_cells(notebook)
    assert not cells or any(cell["outputs"] for cell in cells), RENEW


def test_holds_no_machine_state(notebook: dict[str, Any]) -> None:
    assert "widgets" not in notebook["metadata"], RENEW
    for cell in notebook["cells"]:
        assert "execution" not in cell["metadata"], f"timing metadata: {RENEW}"
        for output in cell.get("outputs", []):
            assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {}), RENEW
    assert not re.search(r"/(?:home|root|Users)/|[A-Z]:\\\\+Users", json.dumps(notebook["cells"]))
