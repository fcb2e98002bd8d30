"""Registrations: people of this instance ask for seats, here or at any other organiser's."""
