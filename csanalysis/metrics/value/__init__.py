"""Value created: reminders and what they change, leads, referrals, opportunities."""
