"""First run and after: what the owner says of itself on every page, and the steps to begin with."""
