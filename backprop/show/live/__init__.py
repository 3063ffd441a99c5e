"""Figures that compute on the page: programs of the engine, written as JavaScript."""
