"""Every outside format, in and out."""
