"""What a reader has answered: the file, the overview, the clicks that fill it."""
