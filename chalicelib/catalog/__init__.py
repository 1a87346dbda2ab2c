"""What the catalogue stores: a document per record, and the texts of its cells."""
