"""What is exported, as data: one module per export type."""
