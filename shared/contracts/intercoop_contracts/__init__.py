"""What instances tell each other: streams of state events, their views and their envelope."""
