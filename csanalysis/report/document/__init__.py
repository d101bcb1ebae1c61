"""From an executed notebook to what a reader opens: blocks, a web page, a PDF."""
