"""Work lists and the workbook that holds them: columns, keys, people, owners."""
