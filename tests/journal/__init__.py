"""The journal: its contract on every kind of database, and what happens when one is damaged."""
