"""Events and their observers."""
