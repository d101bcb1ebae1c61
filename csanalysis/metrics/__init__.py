"""Pure functions, a subject a room: tables in, a tidy frame of numbers out."""
