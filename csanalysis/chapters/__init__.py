"""One room a chapter: params and tables in, all its numbers out."""
