"""The wire: what a message holds, how it is read and who may have written it, and its seal."""
