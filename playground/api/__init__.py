"""Slack's Web API, by family."""
