package dev.sluice.localglue.source;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.JDBCType;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.jdbc.JdbcDialect;
import org.apache.spark.sql.jdbc.JdbcDialects;

/** The source's relation as its database describes it, over an open connection. */
final class JdbcTable {
    private final JdbcSettings settings;
    private final Connection connection;
    private final List<KeyColumns.Column> columns;

    JdbcTable(JdbcSettings settings, Connection connection) throws SQLException {
        this.settings = settings;
        this.connection = connection;
        this.columns = columns(settings, connection);
    }

    /** The column with the name; case counts only if two names differ by it alone. */
    KeyColumns.Column column(String option, String name) {
        List<KeyColumns.Column> alike = columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(name))
                .toList();
        return alike.stream()
                .filter(column -> column.name().equals(name) || alike.size() == 1)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("Cannot use " + option + " of " + settings.label() + ": "
                                + name + "; no such column, there are "
                                + columns.stream().map(KeyColumns.Column::name).toList()));
    }

    /** The asked-for bookmark key, or the primary key if it is one whole number without gaps. */
    Optional<KeyColumns> keys() throws SQLException {
        List<KeyColumns.Column> found = new ArrayList<>();
        for (String name : settings.bookmarkKeys()) {
            found.add(column("jobBookmarkKeys", name));
        }
        if (found.isEmpty()) {
            gaplessPrimaryKey().ifPresent(found::add);
        }
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(new KeyColumns(found, settings.order(), settings.vendor()));
    }

    /** The key of the last row that meets the condition; empty if no row with a key does. */
    Optional<List<String>> lastRow(KeyColumns keys, String condition) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(keys.lastRow(settings.relation(), condition))) {
            if (!row.next()) {
                return Optional.empty();
            }
            List<String> values = new ArrayList<>();
            for (int i = 1; i <= keys.columns().size(); i++) {
                values.add(row.getString(i));
            }
            return Optional.of(values);
        }
    }

    private Optional<KeyColumns.Column> gaplessPrimaryKey() throws SQLException {
        List<String> names =
                settings.table().isPresent() ? primaryKey(settings.table().orElseThrow()) : List.of();
        if (names.size() != 1) {
            return Optional.empty();
        }
        KeyColumns.Column key = column("primary key", names.get(0));
        if (!key.isWhole()) {
            return Optional.empty();
        }
        String sql =
                "SELECT COUNT(*), MIN(" + key.quoted() + "), MAX(" + key.quoted() + ") FROM " + settings.relation();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            if (row.getLong(1) == 0) {
                return Optional.of(key);
            }
            BigInteger width = new BigInteger(row.getString(3)).subtract(new BigInteger(row.getString(2)));
            return width.add(BigInteger.ONE).equals(BigInteger.valueOf(row.getLong(1)))
                    ? Optional.of(key)
                    : Optional.empty();
        }
    }

    private List<String> primaryKey(String table) throws SQLException {
        int dot = table.lastIndexOf('.');
        Optional<String> schema = dot < 0 ? Optional.empty() : Optional.of(unquoted(table.substring(0, dot)));
        String name = unquoted(table.substring(dot + 1));
        DatabaseMetaData database = connection.getMetaData();
        List<String> found = primaryKey(database, schema.orElse(connection.getSchema()), name);
        if (found.isEmpty() && database.storesUpperCaseIdentifiers()) {
            found = primaryKey(
                    database,
                    schema.map(text -> text.toUpperCase(Locale.ROOT)).orElse(connection.getSchema()),
                    name.toUpperCase(Locale.ROOT));
        } else if (found.isEmpty() && database.storesLowerCaseIdentifiers()) {
            found = primaryKey(
                    database,
                    schema.map(text -> text.toLowerCase(Locale.ROOT)).orElse(connection.getSchema()),
                    name.toLowerCase(Locale.ROOT));
        }
        return found;
    }

    private List<String> primaryKey(DatabaseMetaData database, String schema, String table) throws SQLException {
        TreeMap<Integer, String> names = new TreeMap<>();
        try (ResultSet rows = database.getPrimaryKeys(connection.getCatalog(), schema, table)) {
            while (rows.next()) {
                names.put((int) rows.getShort("KEY_SEQ"), rows.getString("COLUMN_NAME"));
            }
        }
        return List.copyOf(names.values());
    }

    private static String unquoted(String identifier) {
        return identifier.replace("\"", "").replace("`", "");
    }

    private static List<KeyColumns.Column> columns(JdbcSettings settings, Connection connection) throws SQLException {
        JdbcDialect dialect = JdbcDialects.get(settings.url());
        List<KeyColumns.Column> columns = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("SELECT * FROM " + settings.relation() + " WHERE 1 = 0")) {
            ResultSetMetaData described = none.getMetaData();
            for (int i = 1; i <= described.getColumnCount(); i++) {
                String name = described.getColumnLabel(i);
                columns.add(
                        new KeyColumns.Column(name, dialect.quoteIdentifier(name), type(described.getColumnType(i))));
            }
        }
        return columns;
    }

    private static JDBCType type(int code) {
        // Drivers have codes of their own for types that JDBC does not name.
        for (JDBCType type : JDBCType.values()) {
            if (type.getVendorTypeNumber() == code) {
                return type;
            }
        }
        return JDBCType.OTHER;
    }
}
