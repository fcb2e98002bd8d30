"""Imports at one go or step by step, what undoes them, and exports."""
