"""The workshop as a business: what orders bring, how well they are done, appointments and what runs out."""
