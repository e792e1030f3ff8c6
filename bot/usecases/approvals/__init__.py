"""Approvals: `asking` opens and closes them, `requests` puts them to people, `answering` takes what they say.

Nothing is named here: the decision log calls `asking`, and the other two call the log.
"""
