"""Layers of networks, and the numbers that their weights start from."""
