"""Many dealerships side by side: what is chance and what is not, and what the best do differently."""
