"""What others wrote, asked whether what we did is right."""
