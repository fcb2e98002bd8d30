"""What tests of every room share: a platform for the run, and services to try it with."""
