"""Taking a committed change back."""
