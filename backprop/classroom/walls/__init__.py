"""Walls around other people's code: namespaces or Landlock, seccomp, and limits of resources.

What keeps a submission from what, under each kind:

| a submission cannot | namespaces | landlock |
|---|---|---|
| open a file, but for Python, NumPy and the engine | an empty root, read-only | Landlock's rules |
| write, delete, change rights or times | read-only mounts, seccomp | Landlock's rules, seccomp |
| see that a file exists | nothing else is mounted | it can |
| open a socket | no network, seccomp | seccomp, Landlock's rules |
| see or signal another process | a namespace of its own, seccomp | seccomp, Landlock's scopes |
| start a process or a program | seccomp | seccomp |
| share memory, files in memory, message queues | a namespace, seccomp | seccomp |
| look into the server | no /proc, seccomp, not dumpable | Landlock's rules, seccomp, not dumpable |
| take memory, processor time, descriptors, disk | limits | limits |
| be root | privileges dropped, nobody | privileges dropped, nobody |
| outlive its turn | the first process of a namespace | it has one process, which is ended |

For work that is trusted there is a third way, which has to be asked for in so many words: limits
and the filter of system calls where the system has one, and no wall around what can be read.

A kind that is not whole on a system is refused there, with the reason. The tests grade the same
hostile submissions under each kind, as root and as an ordinary user.
"""

__all__ = ["TRUST", "UNPROTECTED", "WALLS"]

#: The strongest first.
WALLS = ("namespaces", "landlock")
#: What has to be asked for in these very words, and what it is called in results: no walls.
TRUST, UNPROTECTED = "none-i-trust-this-work", "none"
