"""Whether a process treats groups alike: what people may say of themselves, and counts that tell of nobody."""
