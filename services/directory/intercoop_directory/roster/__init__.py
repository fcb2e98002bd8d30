"""The people of this instance as staff keep them, and as their own co-operatives see them."""
