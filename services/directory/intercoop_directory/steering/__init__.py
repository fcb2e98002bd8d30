"""The directory's figures for whoever steers: members, jobs, who joined and who left."""
