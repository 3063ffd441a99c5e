"""Computational graphs, drawn and walked."""
