"""Export types as data, one module each."""
