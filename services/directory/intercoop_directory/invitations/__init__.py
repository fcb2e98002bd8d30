"""Personal invitations: links that are good for seven days, each opens one person's account."""
