"""Saleor: its GraphQL API as the installed app sees it."""
