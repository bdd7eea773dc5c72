"""From files to accepted rows and findings."""
