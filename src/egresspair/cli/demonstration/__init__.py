"""The main job, shown on the embedded pair and checked while it is shown."""
