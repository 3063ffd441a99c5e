"""Say where the built book is, and how to open it."""

import sys
from pathlib import Path

INDEX = Path(__file__).resolve().parent.parent / "_build" / "html" / "index.html"


def main() -> None:
    if not INDEX.exists():
        sys.exit(f"{INDEX} is missing: the book was not built")
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    print(
        f"""
The book is built.
  path      {INDEX}
  address   {INDEX.as_uri()}
  open it   {opener} {INDEX.relative_to(Path.cwd()) if INDEX.is_relative_to(Path.cwd()) else INDEX}
  serve it  make read"""
    )


if __name__ == "__main__":
    main()
