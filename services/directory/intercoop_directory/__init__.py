"""The directory: who the co-operatives of this instance are, and what the network says of its own."""
