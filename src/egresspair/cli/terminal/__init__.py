"""What a person sees: text on a terminal or in a log, never with control characters of others in it."""
