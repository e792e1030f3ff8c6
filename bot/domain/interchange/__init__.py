"""Decisions in and out: what is read from elsewhere, what is kept of it, and the forms in which the log leaves."""
