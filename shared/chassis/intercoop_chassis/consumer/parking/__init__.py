"""Parking: a dead letter per subject. What cannot be applied yet waits there, all others go on."""
