"""Paths of elements as lxml writes them."""

from functools import cache


@cache
def steps(namespace: str, path: str) -> str:
    """A path in one namespace. Put together once: it is looked for in every VPN instance of a router."""
    return "/".join(f"{{{namespace}}}{step}" for step in path.split("/"))
