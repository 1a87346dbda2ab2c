"""The deployment to AWS: resources as data (`template`), and their stack (`stack`)."""
