"""Tables as data: cells, columns, and the forms that every chapter uses."""
