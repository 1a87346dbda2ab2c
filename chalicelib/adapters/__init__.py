"""One AWS service or one source each; vendor errors are translated at once."""
