"""How pictures come to be: figures of matplotlib as SVG, axes, colours and type."""
