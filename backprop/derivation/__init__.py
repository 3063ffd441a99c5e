"""The chain rule written out, and the table of local derivatives."""
