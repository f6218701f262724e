"""The main job, end to end: one intent, two servers, one transaction."""
