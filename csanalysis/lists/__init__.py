"""Work lists: whom to call, who calls, by when, why, and what it is worth."""
