"""What the product decides by a router's schema, beside what others decide by it."""
