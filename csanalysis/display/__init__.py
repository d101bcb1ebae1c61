"""What every chapter draws with: tables, figures, sentences, work lists, in both languages."""
