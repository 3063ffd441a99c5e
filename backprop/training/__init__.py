"""Optimisers, learning rates, batches, the training loop and its history."""
