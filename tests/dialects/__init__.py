"""Device families: what they write and read."""
