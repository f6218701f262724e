"""Measurements, run by hand: the tests only see that they run. `command` is the whole of them, `schema` one more."""
