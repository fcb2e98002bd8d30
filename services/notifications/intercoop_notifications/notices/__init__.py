"""What each person hears of: once for each change, in the application."""
