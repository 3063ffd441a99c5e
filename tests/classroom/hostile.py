"""Submissions that are broken, greedy or hostile, and what has to become of each.

They are run behind walls and never elsewhere. Each that writes has its own temporary folder,
FOLDER, in which it writes even where a wall falls; SECRET is a file in it that anybody may read.
"""

import gzip
import io
import json
import zipfile
from typing import NamedTuple

from .notebooks import RESIDUALS, hand_over, solve, write_notebook

__all__ = ["CASES", "Case"]

SOLVED = solve()
HEAD = "def residuals_and_ssr(observed, predicted):\n"
RIGHT = HEAD + "    r = observed - predicted\n    return r, (r**2).sum()\n"


class Case(NamedTuple):
    """A submission, the state of its exercise, and how it ends.

    Attributes
    ----------
    group, name : str
        What it is.
    data : bytes
        The file.
    state : str
        Of its one exercise.
    ended : str
        How it begins to say how it ended.
    """

    group: str
    name: str
    data: bytes
    state: str
    ended: str = "finished"


def _check(body: str) -> str:
    return hand_over(RESIDUALS, HEAD + body)


def _probe(code: str) -> bytes:
    """Write a notebook that is right if, and only if, something in it is refused."""
    indented = "\n".join(f"    {line}" for line in code.splitlines())
    held = f"try:\n{indented}\nexcept BaseException:\n    held = True\nelse:\n    held = False"
    guarded = "\n".join(f"    {line}" for line in RIGHT.splitlines())
    function = f"if held:\n{guarded}\nelse:\n    residuals_and_ssr = lambda observed, predicted: 0"
    return write_notebook(held, hand_over(RESIDUALS, function))


def _list(group: str, cases: dict[str, tuple[bytes, ...]]) -> list[Case]:
    return [Case(group, name, *rest) for name, rest in cases.items()]


HONEST = _list(
    "honest",
    {
        "solved": (write_notebook(SOLVED), "solved"),
        "magics": (write_notebook("%matplotlib inline\n!pip install x\nf = !ls", SOLVED), "solved"),
        "pictures": (
            write_notebook(
                "import matplotlib.pyplot as plt\nplt.plot([1], [2])\nplt.show()\ndisplay(3)",
                SOLVED,
            ),
            "solved",
        ),
        "figures of the book": (
            write_notebook(
                "import backprop as bp\nwith bp.show.figure(title='a') as ax:\n"
                "    ax.plot([1], [2])\n"
                "bp.course.quiz('fitting')\nbp.course.prediction('fitting/their_sum')",
                SOLVED,
            ),
            "solved",
        ),
        "helper in another cell": (
            write_notebook(
                "def minus(a, b):\n    return a - b",
                _check("    r = minus(observed, predicted)\n    return r, (r**2).sum()"),
            ),
            "solved",
        ),
        "another name": (
            write_notebook(
                hand_over(RESIDUALS, RIGHT.replace("residuals_and_ssr", "mine"), "mine")
            ),
            "solved",
        ),
        "never checked": (write_notebook("import numpy as np", RIGHT), "solved"),
        "an object that can be called": (
            write_notebook(
                hand_over(
                    RESIDUALS,
                    "class F:\n    def __call__(self, observed, predicted):\n"
                    "        r = observed - predicted\n        return r, (r**2).sum()",
                    "F()",
                )
            ),
            "solved",
        ),
        "other letters": (write_notebook("größe = 'Ω 🙂'\nprint(größe)", SOLVED), "solved"),
        "threads": (
            write_notebook(
                "import threading\nt = threading.Thread(target=print)\nt.start()\nt.join()",
                SOLVED,
            ),
            "solved",
        ),
        "prints": (
            write_notebook(
                _check(
                    "    print(observed)\n    r = observed - predicted\n    return r, (r**2).sum()"
                )
            ),
            "solved",
        ),
        "a package that is not there": (write_notebook("import scipy", SOLVED), "solved"),
        "an error elsewhere": (write_notebook("1 / 0", SOLVED, "nonsense("), "solved"),
        "wrong": (write_notebook(_check("    return observed, 1.0")), "wrong"),
        "an error inside": (write_notebook(_check("    return observed / None")), "wrong"),
        "first wrong, then right": (
            write_notebook(_check("    return observed, 1.0"), SOLVED),
            "solved",
        ),
        "a mark in front": (b"\xef\xbb\xbf" + write_notebook(SOLVED), "solved"),
        "an old format": (
            json.dumps(
                {"worksheets": [{"cells": [{"cell_type": "code", "input": SOLVED}]}]}
            ).encode(),
            "solved",
        ),
    },
)

_SEND = (
    "import os, struct, json\ndef send(*said):\n    c = json.dumps(said).encode()\n"
    "    os.write(3, struct.pack('!I', len(c)) + c)\n"
)

NEVER_ENDING = _list(
    "never-ending",
    {
        "a loop in the function": (
            write_notebook(_check("    while True:\n        pass")),
            "wrong",
        ),
        "a loop that swallows all": (
            write_notebook(
                _check(
                    "    while True:\n        try:\n            while True:\n                pass\n"
                    "        except BaseException:\n            pass"
                )
            ),
            "wrong",
        ),
        "a loop in C": (
            write_notebook(_check("    import itertools\n    return sum(itertools.repeat(0))")),
            "wrong",
        ),
        "sleep in the function": (
            write_notebook(_check("    import time\n    time.sleep(1e6)")),
            "wrong",
        ),
        "sleep in a cell": (write_notebook("import time\ntime.sleep(1e6)", SOLVED), "solved"),
        "sleep with alarms off": (
            write_notebook(
                "import signal, time\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\n"
                "time.sleep(1e6)",
                SOLVED,
            ),
            "solved",
        ),
        "a lock": (
            write_notebook(
                "import threading\nl = threading.Lock()\nl.acquire()\nl.acquire()", SOLVED
            ),
            "solved",
        ),
        "a power": (write_notebook(_check("    return 9 ** (9 ** 9), 1")), "wrong"),
        "recursion": (
            write_notebook(_check("    return residuals_and_ssr(observed, predicted)")),
            "wrong",
        ),
        "a thread that stays": (
            write_notebook(
                "import threading, time\nthreading.Thread(target=time.sleep, args=(1e6,)).start()",
                SOLVED,
            ),
            "solved",
        ),
        "somebody is asked": (write_notebook("input()", _check("    return input()")), "wrong"),
        "messages without end": (
            write_notebook(
                f"{_SEND}while True:\n    send('failed', dict(number=1, text='x' * 4000))", SOLVED
            ),
            "solved",
        ),
        "checks without end, and no pause": (
            write_notebook(
                f"{_SEND}import signal, threading\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\n"
                "threading.Thread(target=lambda: [os.read(3, 1 << 20) for _ in iter(int, 1)],"
                " daemon=True).start()\nn = 0\nwhile True:\n    n += 1\n"
                f"    send('check', dict(name={RESIDUALS!r}, asked='by check'))\n"
                "    send('run', dict(frame=n, found='problem', problem='x' * 4000, parameters=[],"
                " line=None, outcomes=[], repeated=[], stopped=''))"
            ),
            "wrong",
            "",
        ),
        "every cell sleeps": (
            write_notebook(*["import time\ntime.sleep(1e6)"] * 9, SOLVED),
            "not reached",
            "stopped after",
        ),
    },
)

GREEDY = _list(
    "greedy",
    {
        "a large array": (write_notebook(_check("    return np.ones(10**10), 1.0")), "wrong"),
        "a list that grows": (
            write_notebook(
                _check("    kept = []\n    while True:\n        kept.append(bytearray(10**8))")
            ),
            "wrong",
        ),
        "an array without numbers": (
            write_notebook(_check("    return np.zeros((10**5, 10**5, 0)), 1.0")),
            "wrong",
        ),
        "many results": (write_notebook(_check("    return np.ones(10**6), 1.0")), "wrong"),
        "the most results": (write_notebook(_check("    return np.ones(190_000), 1.0")), "wrong"),
        "a long text printed": (
            write_notebook(_check("    print('x' * 10**7)\n    return observed, 1.0")),
            "wrong",
        ),
        "a long error": (write_notebook(_check("    raise ValueError('x' * 10**7)")), "wrong"),
        "a deep list": (
            write_notebook(
                _check("    a = []\n    for _ in range(10**5):\n        a = [a]\n    return a, 1.0")
            ),
            "wrong",
        ),
        "many descriptors": (
            _probe("import os\nkept = [os.pipe() for _ in range(10**4)]"),
            "solved",
        ),
        "many processes": (_probe("import os\nos.fork()"), "solved"),
        "many checks": (
            write_notebook(SOLVED + "for _ in range(300):\n    ex.check(residuals_and_ssr)"),
            "solved",
        ),
        "many threads": (
            _probe(
                "import threading, time\nfor _ in range(10**4):\n"
                "    threading.Thread(target=time.sleep, args=(9,), daemon=True).start()"
            ),
            "solved",
        ),
    },
)

_RUN = (
    "dict(frame={}, found='function', problem='', parameters=[], line=None, outcomes=[], "
    "repeated=[], stopped='')"
)
_WROTE = "ended by itself: it wrote"

FORGING = _list(
    "forging",
    {
        "noise": (
            write_notebook("import os\nos.write(3, b'x' * 100)", SOLVED),
            "not reached",
            _WROTE,
        ),
        "a long message": (
            write_notebook("import os\nos.write(3, b'\\xff' * 4)", SOLVED),
            "not reached",
            _WROTE,
        ),
        "an empty message": (
            write_notebook("import os\nos.write(3, b'\\0' * 4)", SOLVED),
            "not reached",
            _WROTE,
        ),
        "half a message": (
            write_notebook("import os\nos.write(3, b'\\0\\0\\1\\0{')\nos._exit(0)", SOLVED),
            "solved",
        ),
        "an answer to nothing": (
            write_notebook(_SEND + f"send('run', {_RUN.format(1)})"),
            "not reached",
            _WROTE,
        ),
        "an answer without values": (
            write_notebook(
                _SEND + _check(f"    send('run', {_RUN.format(1)})\n    import os\n    os._exit(0)")
            ),
            "wrong",
        ),
        "an answer to another question": (
            write_notebook(_SEND + _check(f"    send('run', {_RUN.format(2)})")),
            "not reached",
            _WROTE,
        ),
        "a verdict": (
            write_notebook(_SEND + "send('result', dict(state='solved'))"),
            "not reached",
            _WROTE,
        ),
        "one key more": (
            write_notebook(_SEND + "send('cell', dict(number=1, solved=True))"),
            "not reached",
            _WROTE,
        ),
        "a deep message": (
            write_notebook(
                "import os, struct\nc = b'[' * 10**5\nos.write(3, struct.pack('!I', len(c)) + c)"
            ),
            "not reached",
            _WROTE,
        ),
        "a refusal, when it has run": (
            write_notebook(_SEND + "send('refused', dict(text='x' * 999))", SOLVED),
            "not reached",
            _WROTE,
        ),
        "a cell that is not there": (
            write_notebook(_SEND + "send('cell', dict(number=999_999))", SOLVED),
            "not reached",
            _WROTE,
        ),
        "the end, too early": (
            write_notebook(_SEND + "send('end', dict(notes=[], untouched=[], missed=[]))", SOLVED),
            "not reached",
        ),
        "the end, with a claim": (
            write_notebook(
                _SEND + f"send('end', dict(notes=[], missed=[], untouched=[{RESIDUALS!r}]))"
            ),
            "not attempted",
        ),
        "a formula without an end": (
            write_notebook(
                _SEND
                + _check(
                    "    problem = '$' + '(' * 3900 + '$'\n"
                    "    send('run', dict(frame=1, found='problem', problem=problem, parameters=[],"
                    " line=None, outcomes=[], repeated=[], stopped=''))\n"
                    "    send('end', dict(notes=[], untouched=[], missed=[]))"
                )
            ),
            "wrong",
        ),
        "a blank line in an error": (
            write_notebook(
                " " * 10**6 + "1",
                "calls = 0\n"
                + hand_over(
                    RESIDUALS,
                    RIGHT.replace(
                        "    r = observed",
                        "    global calls\n    calls += 1\n    if calls > 8:\n"
                        "        raise ValueError('x\\nline 1:     \\nValueError: a')\n"
                        "    r = observed",
                    ),
                ),
            ),
            "wrong",
        ),
        "equal to everything": (
            write_notebook(
                "class E:\n    def __eq__(self, other):\n        return True",
                _check("    return E(), E()"),
            ),
            "wrong",
        ),
        "an array that lies": (
            write_notebook(
                hand_over(
                    RESIDUALS,
                    "class A(np.ndarray):\n    def __array__(self, *a, **k):\n"
                    "        raise SystemExit\n"
                    "    def __sub__(self, other):\n        return 0\n"
                    + HEAD
                    + "    return observed.view(A), 0.0",
                )
            ),
            "wrong",
        ),
        "truths": (write_notebook(_check("    return True, True")), "wrong"),
        "not a number": (write_notebook(_check("    return observed * np.nan, np.nan")), "wrong"),
        "check replaced": (
            write_notebook(
                "import backprop as bp\nbp.course.exercise = None\nbp.course.grading = None", SOLVED
            ),
            "not reached",
        ),
        "numpy replaced": (
            write_notebook(
                "import numpy as np\nnp.asarray = np.array = lambda *a, **k: 0",
                _check("    return observed, 0.0"),
            ),
            "wrong",
        ),
        "the runner replaced": (
            write_notebook(
                "import sys\nr = sys.modules['backprop.classroom.runner']\n"
                "r.run_cases_in_time = lambda *a, **k: r.Run((), (), '')",
                _check("    return 0, 0"),
            ),
            "wrong",
        ),
        "what is expected, in memory": (
            _probe(
                "import gc, types\nfound = [o for o in gc.get_objects()"
                " if isinstance(o, types.FunctionType)"
                " and ('exercises' in o.__code__.co_filename)]\nfound[0]"
            ),
            "solved",
        ),
        "the reference, from its file": (
            _probe(
                "import sys, os\nfile = sys.modules['backprop'].__file__\n"
                "root = os.path.dirname(os.path.dirname(file))\n"
                "print(open(root + '/exercises/fitting/residuals_and_ssr.py').read())"
            ),
            "solved",
        ),
        "the course, from its folder": (
            _probe(
                "import sys, os\nroot = os.path.dirname(sys.modules['backprop'].__file__)\n"
                "open(root + '/course/exercise.py').read()"
            ),
            "solved",
        ),
        "the course, imported": (_probe("import backprop.course.series"), "solved"),
        "frames": (
            _probe(
                "import sys\nf = sys._getframe()\nwhile f:\n    if 'expected' in f.f_locals:\n"
                "        break\n    f = f.f_back\nf.f_locals"
            ),
            "solved",
        ),
    },
)

_LIBC = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
SIDE_EFFECTS = _list(
    "side effects",
    {
        "writes a file": (_probe("open('FOLDER/planted', 'w').write('x')"), "solved"),
        "adds to a file": (_probe("open('SECRET', 'a').write('x')"), "solved"),
        "deletes a file": (_probe("import os\nos.remove('SECRET')"), "solved"),
        "renames a file": (_probe("import os\nos.rename('SECRET', 'FOLDER/planted')"), "solved"),
        "makes a folder": (_probe("import os\nos.mkdir('FOLDER/planted')"), "solved"),
        "links": (_probe("import os\nos.symlink('SECRET', 'FOLDER/planted')"), "solved"),
        "changes rights": (_probe("import os\nos.chmod('SECRET', 0)"), "solved"),
        "changes times": (_probe("import os\nos.utime('SECRET', (0, 0))"), "solved"),
        "reads a file": (_probe("open('SECRET').read()"), "solved"),
        "lists a folder": (_probe("import os\nos.listdir('FOLDER')"), "solved"),
        "reads the users": (_probe("open('/etc/passwd').read()"), "solved"),
        "reads the grader's environment": (
            _probe("import os\nopen(f'/proc/{os.getppid()}/environ', 'rb').read()"),
            "solved",
        ),
        "reads its own process": (_probe("open('/proc/self/maps').read()"), "solved"),
        "reads the grader's memory": (
            _probe(
                _LIBC + "import os\nb = ctypes.create_string_buffer(8)\n"
                "class V(ctypes.Structure):\n    _fields_ = [('p', ctypes.c_void_p),"
                " ('n', ctypes.c_size_t)]\n"
                "v = V(ctypes.addressof(b), 8)\n"
                "r = ctypes.byref(v)\n"
                "assert libc.process_vm_readv(os.getppid(), r, 1, r, 1, 0) >= 0"
            ),
            "solved",
        ),
        "is traced": (_probe(_LIBC + "assert libc.ptrace(0, 0, 0, 0) >= 0"), "solved"),
        "sends a signal": (_probe("import os\nos.kill(os.getppid(), 0)"), "solved"),
        "finds a descriptor": (
            _probe(
                "import os\nfound = []\nfor n in range(4, 64):\n    try:\n"
                "        found.append(os.fstat(n))\n    except OSError:\n        pass\nfound[0]"
            ),
            "solved",
        ),
        "reads what the grader's environment holds": (
            _probe("import os\nos.environ['GRADERS_TOKEN']"),
            "solved",
        ),
        "has a signal sent": (
            _probe(
                "import fcntl, os\nfcntl.fcntl(3, fcntl.F_SETSIG, 23)\n"
                "fcntl.fcntl(3, fcntl.F_SETOWN, os.getppid())"
            ),
            "solved",
        ),
        "opens a socket": (_probe("import socket\nsocket.socket()"), "solved"),
        "opens a local socket": (_probe("import socket\nsocket.socketpair()"), "solved"),
        "connects": (
            _probe("import socket\nsocket.create_connection(('127.0.0.1', PORT), 1)"),
            "solved",
        ),
        "looks up a name": (
            _probe(
                "import socket\nsocket.getaddrinfo('localhost', 80)[0]\n"
                "socket.gethostbyname('localhost.')"
            ),
            "solved",
        ),
        "runs a program": (
            _probe("import subprocess\nsubprocess.run(['/bin/true'], check=True)"),
            "solved",
        ),
        "runs a command": (_probe("import os\nassert os.system('true') == 0"), "solved"),
        "becomes another program": (_probe("import os\nos.execv('/bin/true', ['true'])"), "solved"),
        "shares memory": (_probe(_LIBC + "assert libc.shmget(77, 4096, 0o1600) >= 0"), "solved"),
        "keeps a file in memory": (_probe("import os\nos.memfd_create('x')"), "solved"),
        "leaves its session": (_probe("import os\nos.setsid()"), "solved"),
        "becomes root": (
            _probe("import os\nos.setuid(0)\nassert os.getuid() == 0\nos.setgroups([0])"),
            "solved",
        ),
        "makes namespaces": (_probe(_LIBC + "assert libc.unshare(0x10000000) >= 0"), "solved"),
        "mounts": (
            _probe(_LIBC + "assert libc.mount(b'x', b'FOLDER', b'tmpfs', 0, None) >= 0"),
            "solved",
        ),
        "locks what others read": (
            _probe("import fcntl, os\nfcntl.flock(open(os.__file__), fcntl.LOCK_SH)"),
            "solved",
        ),
        "locks a part of what others read": (
            _probe("import fcntl, os\nfcntl.lockf(open(os.__file__), fcntl.LOCK_SH)"),
            "solved",
        ),
        # io_uring, bpf, perf, keys, memory and descriptors of others, handles, ports, events
        "calls that only attackers need": (
            _probe(
                _LIBC + "import os\nnumbers = (425, 426, 321, 298, 248, 250, 310, 434, 438, 424,"
                " 304, 173, 323, 279, 101, 157, 254, 300, 302, 175, 246, 272, 308, 435, 56, 57, 58,"
                " 59)\n"
                "assert os.uname().machine == 'x86_64'\n"
                "assert any(libc.syscall(n, 0, 0, 0, 0, 0, 0) >= 0 or ctypes.get_errno() not in"
                " (1, 38) for n in numbers)"
            ),
            "solved",
        ),
        "calls of another kind of program": (
            write_notebook(
                _LIBC + "opened = libc.syscall(0x40000000 + 41, 1, 1, 0) >= 0",
                _check(
                    "    r = observed - predicted\n"
                    "    return None if globals().get('opened') else (r, (r**2).sum())"
                ),
            ),
            "solved",
        ),
        "takes limits away": (
            _probe("import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))"),
            "solved",
        ),
        "ends Python in a cell": (write_notebook("import os\nos._exit(7)", SOLVED), "solved"),
        "ends Python in the function": (
            write_notebook(_check("    import os\n    os._exit(7)")),
            "wrong",
        ),
        "crashes": (write_notebook(_check("    import ctypes\n    ctypes.string_at(0)")), "wrong"),
        "crashes in a cell": (
            write_notebook("import ctypes\nctypes.string_at(0)", SOLVED),
            "solved",
        ),
        "closes its connection": (write_notebook("import os\nos.close(3)", SOLVED), "solved"),
        "leaves poison": (
            write_notebook(
                "import builtins, numpy, sys\nnumpy.square = numpy.sum = None\n"
                "builtins.len = None\n"
                "sys.modules.clear()"
            ),
            "not reached",
        ),
    },
)


def _zip(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


_GOOD = write_notebook(SOLVED)
MALFORMED = _list(
    "malformed",
    {
        "empty": (b"", "not reached", "refused"),
        "no JSON": (b"residuals = 3", "not reached", "refused"),
        "cut off": (_GOOD[: len(_GOOD) // 2], "not reached", "refused"),
        "bytes": (bytes(range(256)) * 9, "not reached", "refused"),
        "a web page": (b"<html>Log in</html>", "not reached", "refused"),
        "a PDF": (b"%PDF-1.7", "not reached", "refused"),
        "no cells": (b"{}", "not reached", "refused"),
        "a list": (b"[1, 2]", "not reached", "refused"),
        "deep": (b'{"cells": ' + b"[" * 100_000, "not reached", "refused"),
        "two versions": (
            b'{"cells": [\n<<<<<<< HEAD\n1\n=======\n>>>>>>> b\n]}',
            "not reached",
            "refused",
        ),
        "damaged letters": (_GOOD.replace(b"import", b"\xff\xfe", 1), "not reached", "refused"),
        "cells that are none": (
            json.dumps({"cells": [1, None, {"source": 3}]}).encode(),
            "not reached",
        ),
        "a null in the code": (write_notebook("x = '\0'", SOLVED), "solved"),
        "half a letter in the code": (write_notebook("x = '\ud800'", SOLVED), "solved"),
        "too large": (b" " * 20_000_001, "not reached", "refused"),
    },
)
ARCHIVES = _list(
    "archives",
    {
        "a zip": (_zip(a=_GOOD), "not reached", "refused"),
        "a zip in a zip": (_zip(a=_zip(a=_GOOD)), "not reached", "refused"),
        "a zip that grows": (_zip(a=b"0" * 10**8), "not reached", "refused"),
        "a compressed notebook": (gzip.compress(_GOOD), "not reached", "refused"),
    },
)

CASES = [*HONEST, *NEVER_ENDING, *GREEDY, *FORGING, *SIDE_EFFECTS, *MALFORMED, *ARCHIVES]
