package dev.sluice.database;

/** Names and values as PostgreSQL reads them back unchanged. */
public final class SqlText {

    private SqlText() {}

    /** A name in double quotes. */
    public static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** A schema and a name in it, each in double quotes. */
    public static String identifier(String schema, String name) {
        return identifier(schema) + "." + identifier(name);
    }

    /** A string literal; a backslash makes it an escape literal, so the server's settings do not matter. */
    public static String literal(String value) {
        String quoted = '\'' + value.replace("'", "''") + '\'';
        return value.indexOf('\\') < 0 ? quoted : "E" + quoted.replace("\\", "\\\\");
    }
}
