"""Exports in DynamoDB: jobs, segments, histories and lists."""
