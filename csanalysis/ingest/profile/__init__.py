"""What the exports of a store look like before any report is made of them."""
