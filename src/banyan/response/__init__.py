"""What is done about what was found: recalls of goods that must leave the market."""
