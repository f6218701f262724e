"""The labels of a pair."""
