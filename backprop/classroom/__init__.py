"""A class: notebooks read, run apart, and graded."""
