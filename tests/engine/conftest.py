"""How hypothesis draws its examples in these tests: the same ones in every run."""

from hypothesis import settings

settings.register_profile("engine", deadline=None, derandomize=True, database=None)
settings.load_profile("engine")
