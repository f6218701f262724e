"""Measurements, run by hand; the test here only sees that they run. `command` is most of them, `schema` one more."""
