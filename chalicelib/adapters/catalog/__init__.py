"""The stored catalogue: its items in DynamoDB, read and written."""
