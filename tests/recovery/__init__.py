"""Clients that are killed, routers that are lost, and what recover makes of it: over the wire, with real processes."""
