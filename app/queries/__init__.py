"""Reads shaped for one page or one document; they return frozen dataclasses and never write."""
