"""Walls around other people's code: namespaces or Landlock, seccomp, and limits of resources."""
