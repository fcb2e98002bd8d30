"""Maps of metropolitan France: where a position is drawn, what circles and pins a page shows."""
