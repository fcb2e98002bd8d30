"""What accounts know from outside of the database: who vouches for people, and from where."""
