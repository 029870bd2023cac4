"""What the operator wrote: from bytes to a document whose every value knows its place."""
