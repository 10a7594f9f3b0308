"""Candidates of 要確認 persons beside the request."""
