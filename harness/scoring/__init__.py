"""From decisions and truth to counts, rates and intervals."""
