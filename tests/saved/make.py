"""Write the files of this folder, as they were written once, by version 0.1.0.

They stay as they are: `test_saved.py` shows that files of that time can still be read. This
program runs in a checkout of that time (commit e3a2db2) alone.
"""

import json
from datetime import date
from pathlib import Path

import numpy as np
from backprop.course.overview import Progress
from backprop.course.paper import pdf
from backprop.course.records import Answered, Records, Tried

import backprop as bp
from backprop.course.certificate import issue

HERE = Path(__file__).parent


def network() -> bp.Sequential:
    return bp.Sequential(bp.Linear(1, 2, seed=0), bp.softplus, bp.Linear(2, 1, seed=1))


def run(net: bp.Sequential, steps: int) -> bp.History:
    x = np.linspace(0, 1, 8)[:, None]
    return bp.fit(
        lambda x, y: bp.mse(net(x), y),
        net.parameters(),
        bp.Adam(net.parameters(), 0.05),
        steps=steps,
        data=(x, np.sin(3 * x)),
        batch_size=4,
        seed=3,
    )


if __name__ == "__main__":
    net = network()
    history = run(net, 20)
    history.save(HERE / "run.npz")
    net.save(HERE / "network.npz")
    (HERE / "expected.json").write_text(
        json.dumps({"loss": history.loss.tolist(), "go_on": run(network(), 30).loss.tolist()})
    )
    records = Records(
        {"fitting/residual": Answered(True, True, 1), "slopes/zoom": Answered(False, False, 2)},
        {"fitting/residuals_and_ssr": Tried(True, 3)},
    )
    (HERE / "progress.json").write_bytes(records.dump())
    chapters = Progress(HERE / "progress.json").chapters
    certificate = issue("Ada Lovelace", chapters, date(2026, 11, 28))
    (HERE / "certificate.txt").write_text(certificate.text, encoding="utf-8")
    titles = {chapter.name: chapter.title for chapter in bp.course.outline()}
    (HERE / "certificate.pdf").write_bytes(pdf(certificate, titles))
