"""Networks as units and lines, with what flows forward and back, and figures that use them."""
