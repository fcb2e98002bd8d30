"""What somebody looks for from any page: the best of the directory, or the record itself."""
