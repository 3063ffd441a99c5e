"""Programs: the NumPy code that a person would write for a function and its gradients."""
