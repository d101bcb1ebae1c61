"""Personal data: how they look, whose they are, and how text is made fit to be shown to everybody."""
