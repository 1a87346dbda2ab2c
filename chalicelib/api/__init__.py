"""The HTTP and GraphQL edge: who asks, what is asked, and the answer in the contract's shape."""
