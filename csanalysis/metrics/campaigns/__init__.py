"""Calendar and campaigns: whom they are for, what they cost and brought."""
