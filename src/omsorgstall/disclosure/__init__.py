"""From drafts to released tables."""
