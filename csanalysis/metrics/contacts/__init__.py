"""Contacts and records: who is called and reached, what is entered right and in time."""
