"""The `backprop` command: progress, certificate, exercises and quizzes from a terminal."""

from backprop.cli.command import main

__all__ = ["main"]
