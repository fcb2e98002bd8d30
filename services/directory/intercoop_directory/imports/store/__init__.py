"""What is kept of imports while people go through them."""
