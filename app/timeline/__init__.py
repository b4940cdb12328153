"""The timeline as data: what stands in which row, and how that is packed for a browser."""
