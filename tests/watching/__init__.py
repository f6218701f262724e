"""Keeping an eye on a pair."""
