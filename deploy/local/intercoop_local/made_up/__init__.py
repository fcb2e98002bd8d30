"""What a network for trying out begins with, marked as samples: nobody's, in real communes."""
