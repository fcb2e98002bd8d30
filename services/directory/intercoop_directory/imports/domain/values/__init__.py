"""What a cell can say: numbers, days, places' codes, words, nothing; and what is wrong with it."""
