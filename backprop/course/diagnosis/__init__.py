"""What can truly be said of a wrong function: known ideas first, then what its values show."""
