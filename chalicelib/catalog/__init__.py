"""The catalogue: a document per record, with the texts of its cells."""
