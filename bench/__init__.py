"""Measurements, against the budgets in force. Never part of the tests."""
