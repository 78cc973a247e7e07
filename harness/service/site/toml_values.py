"""Values of TOML as strict models want them."""


def with_tuples(value: object) -> object:
    """Return TOML's lists as tuples, at any depth.

    >>> with_tuples({"lanes": [0, [1]]})
    {'lanes': (0, (1,))}
    """
    if isinstance(value, dict):
        return {key: with_tuples(each) for key, each in value.items()}
    return tuple(with_tuples(each) for each in value) if isinstance(value, list) else value
