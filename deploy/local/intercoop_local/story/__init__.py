"""The main job, played through public interfaces only, with crashes in between."""
