"""Values that remember how they were computed, the table of operations, derivatives."""
