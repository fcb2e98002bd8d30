"""Files of spreadsheets: their characters, their rows, and what is put around texts in them."""
