package dev.sluice.extract.jdbc;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.settings.Relation;
import dev.sluice.settings.TableName;

/** What a catalog that lacks a relation means. */
final class CatalogFailures {

    private CatalogFailures() {}

    /** @param parts what the two parts of a relation's name are in this kind of database */
    static SluiceException missing(TableName name, Relation.Table table, String parts) {
        return new SluiceException(
                ErrorCode.RELATION_MISSING,
                "Cannot read table " + name + ": the source has no relation " + table
                        + ", or the role may not see it. Check extract.relation, which is " + parts
                        + " as the catalog spells them, and grant SELECT on it to the role that reads");
    }

    static SluiceException denied(TableName name, Relation.Table table) {
        return new SluiceException(
                ErrorCode.RELATION_MISSING,
                "Cannot read table " + name + ": the role may not read " + table
                        + ". Grant SELECT on it to the role that reads");
    }
}
