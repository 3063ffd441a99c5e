"""Formulas: read from LaTeX, kept as trees, written as LaTeX and as plain text."""
