"""What an owner may say of itself, decided: its name, colours, logo and contacts."""
