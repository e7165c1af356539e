"""The one seam where decisions meet the world."""
