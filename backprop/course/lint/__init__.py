"""Looking sources through: a teacher's slips in a teacher's words."""
