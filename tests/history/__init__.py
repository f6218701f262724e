"""The journal for people."""
