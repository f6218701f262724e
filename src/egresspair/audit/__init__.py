"""Is this pair really protected?"""
