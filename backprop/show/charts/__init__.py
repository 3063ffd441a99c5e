"""Small charts without matplotlib: loss strips, contours with arrows, number lines, matrices."""
