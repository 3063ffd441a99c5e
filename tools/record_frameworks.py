"""Run the programs of the chapter on frameworks once, and write the record that the book shows.

It needs the extra `frameworks`, and a quiet minute for the times: .venv/bin/python
tools/record_frameworks.py. Commit the record, and execute book/frameworks.ipynb again.
"""

import datetime
import json
import platform

from backprop.frameworks import record, tasks
from backprop.frameworks.measure import FRAMEWORKS, run_apart


def main() -> None:
    runs = {name: run_apart(name, times=True) for name in FRAMEWORKS}
    kept = {
        "date": datetime.date.today().isoformat(),
        "seed": tasks.SEED,
        "python": platform.python_version(),
        "differences": {
            name: record.find_differences(run, runs["ours"]) for name, run in runs.items()
        },
        "runs": {name: record.reduce_run(run) for name, run in runs.items()},
    }
    record.FILE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    print(record.Record(kept))


if __name__ == "__main__":
    main()
