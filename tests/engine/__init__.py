"""The engine, tested as statements about the mathematics that it computes."""
