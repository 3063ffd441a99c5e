"""Pictures that answer: one definition for notebooks and pages, and the ready-made ones."""
