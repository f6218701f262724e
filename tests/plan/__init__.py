"""Plans: what has to change, what is at risk, what is shown."""
