"""The same networks in PyTorch, TensorFlow and JAX: code that the book shows, and a run of it.

The programs import their framework where they are called, so that nothing here needs one. What they
computed once stands in a record, beside which every later run is laid.
"""

from backprop.frameworks.record import Record, check_record, read_record

__all__ = ["Record", "check_record", "read_record"]
