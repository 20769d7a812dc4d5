"""Documents that people print or sign: a frozen dataclass goes in, a page or the bytes of a PDF come out."""
