"""The store of editions under hardship."""
