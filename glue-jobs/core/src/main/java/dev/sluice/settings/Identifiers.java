package dev.sluice.settings;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The rules names follow, so that each works in the lake's folders, in the Glue catalog, in Athena and in PostgreSQL
 * without quotes.
 */
final class Identifiers {

    /** What PostgreSQL keeps of a name; it cuts off the rest without an error. */
    static final int POSTGRESQL_MAX_BYTES = 63;
    /** What the Glue catalog takes. */
    static final int CATALOG_MAX_LENGTH = 255;
    /** The beginning of names that Sluice keeps for its own tables and columns. */
    static final String OWN_PREFIX = "_sluice";

    private static final Pattern SOURCE = Pattern.compile("[a-z][a-z0-9-]*");
    private static final Pattern TABLE = Pattern.compile("[a-z][a-z0-9_]*");
    private static final Pattern COLUMN = Pattern.compile("[a-z_][a-z0-9_]*");
    private static final Pattern RULE = Pattern.compile("[a-z][a-z0-9-]*");

    private Identifiers() {}

    static void checkSource(String path, String name, Problems problems) {
        check(path, name, SOURCE, "lower-case letters, digits and -, beginning with a letter", problems);
    }

    static void checkTable(String path, String name, Problems problems) {
        check(path, name, TABLE, "lower-case letters, digits and _, beginning with a letter", problems);
    }

    static void checkQualityRule(String path, String name, Problems problems) {
        check(path, name, RULE, "lower-case letters, digits and -, beginning with a letter", problems);
    }

    private static void check(String path, String name, Pattern pattern, String form, Problems problems) {
        if (!pattern.matcher(name).matches()) {
            problems.add(path, "Cannot be a name here: " + name + ".", "Use " + form + ".");
        } else if (name.length() > CATALOG_MAX_LENGTH) {
            problems.add(
                    path,
                    "Has " + name.length() + " characters, and the Glue catalog takes " + CATALOG_MAX_LENGTH + ".",
                    "Shorten it.");
        }
    }

    /** A target column: must work unquoted in Athena, Spark and PostgreSQL. */
    static void checkColumn(String path, String name, Problems problems) {
        if (name.startsWith(OWN_PREFIX)) {
            problems.add(
                    path,
                    "Names that begin with " + OWN_PREFIX + " are Sluice's own: " + name + ".",
                    "Give the column another name and put this one in source.");
        } else if (!COLUMN.matcher(name).matches()) {
            problems.add(
                    path,
                    "Cannot be a column's name in the lake: " + name + ".",
                    "Name it " + TargetNames.columnFor(name) + " and put " + name + " in source.");
        } else if (ReservedWords.contains(name)) {
            problems.add(
                    path,
                    "Is a reserved word of Athena, Delta or PostgreSQL: " + name + ".",
                    "Name it " + TargetNames.columnFor(name) + " and put " + name + " in source.");
        } else {
            checkPostgresqlLength(path, name, problems);
        }
    }

    /** A name in PostgreSQL's catalog: anything that fits. */
    static void checkPostgresqlLength(String path, String name, Problems problems) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > POSTGRESQL_MAX_BYTES) {
            problems.add(
                    path,
                    "Has " + bytes + " bytes, and a name in PostgreSQL has at most " + POSTGRESQL_MAX_BYTES + ": "
                            + name + ".",
                    "Shorten it.");
        }
    }
}
