"""Schemas: found out, kept, and what they decide."""
