"""A real Chromium that looks at a whole local network, as everybody."""
