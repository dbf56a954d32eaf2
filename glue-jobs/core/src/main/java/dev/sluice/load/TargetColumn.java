package dev.sluice.load;

/**
 * A column a target table has.
 *
 * @param name its name
 * @param type its type as SQL text
 * @param base the type's name in the catalog; of a domain, that of the type below it
 * @param kind the base type's kind in the catalog: b(ase), e(num), r(ange), m(ultirange), c(omposite)
 * @param modifier the type's modifier in the catalog: -1 where there is none
 * @param notNull whether NULL is refused
 * @param filled whether the database fills it where an INSERT leaves it out
 * @param computed whether the database alone writes it
 */
record TargetColumn(
        String name,
        String type,
        String base,
        String kind,
        int modifier,
        boolean notNull,
        boolean filled,
        boolean computed) {}
