"""What came of what: chains of rows that replace, correct or supersede one another."""


def goes_in_a_circle(row, relation: str) -> bool:
    """Whether following a relation from a row leads back to the row.

    `relation` is the name of a foreign key to the row's own table. One query for each step;
    chains are as long as a document had successors.
    """
    seen, model = set(), type(row)
    following = getattr(row, f"{relation}_id")
    while following is not None and following not in seen:
        if following == row.pk:
            return True
        seen.add(following)
        found = model._base_manager.filter(pk=following)
        following = found.values_list(f"{relation}_id", flat=True).first()
    return False
