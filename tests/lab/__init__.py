"""Is the lab a correct server, and does it misbehave exactly as it was told?"""
