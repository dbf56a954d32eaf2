package dev.sluice.extract.jdbc;

import static dev.sluice.database.SqlText.identifier;
import static dev.sluice.database.SqlText.literal;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.extract.SourceColumn;
import dev.sluice.extract.jdbc.RelationFacts.Access;
import dev.sluice.extract.jdbc.RelationFacts.ColumnFacts;
import dev.sluice.settings.Relation;
import dev.sluice.settings.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what PostgreSQL's catalog says of one relation, in one round trip for tables and views. */
final class PostgresCatalog {

    private static final String RELATION =
            """
            SELECT c.oid::bigint, c.relkind::text,
                   has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT'),
                   has_table_privilege(c.oid, 'SELECT'),
                   ARRAY(SELECT a.attname::text
                         FROM pg_index i
                         CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
                         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                         WHERE i.indrelid = c.oid AND i.indisprimary AND k.place <= i.indnkeyatts
                         ORDER BY k.place),
                   ARRAY(SELECT DISTINCT a.attname::text
                         FROM pg_index i
                         JOIN pg_class ic ON ic.oid = i.indexrelid
                         JOIN pg_am m ON m.oid = ic.relam
                         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                         WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL AND m.amname = 'btree'),
                   current_setting('server_version_num')::int
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f')""";

    private static final String TABLE_COLUMNS =
            """
            SELECT a.attnum::int, a.attname::text, a.attnotnull, format_type(a.atttypid, a.atttypmod),
                   a.atttypid, a.atttypmod
            FROM pg_attribute a
            JOIN pg_class c ON c.oid = a.attrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
              AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(c.oid, a.attnum, 'SELECT')""";

    /** Follows domains down to the type their values have; a domain may forbid NULL at each level. */
    private static final String BASE_TYPES =
            """
            WITH RECURSIVE base (place, name, required, declared, type, modifier) AS (
              %s
              UNION ALL
              SELECT b.place, b.name, b.required OR d.typnotnull, b.declared, d.typbasetype,
                     CASE WHEN d.typtypmod >= 0 THEN d.typtypmod ELSE b.modifier END
              FROM base b JOIN pg_type d ON d.oid = b.type AND d.typtype = 'd')
            SELECT b.name, b.required, b.declared, b.modifier, t.typname::text, n.nspname::text, t.typtype::text,
                   t.typoutput = 'pg_catalog.array_out'::regproc
            FROM base b
            JOIN pg_type t ON t.oid = b.type AND t.typtype <> 'd'
            JOIN pg_namespace n ON n.oid = t.typnamespace
            ORDER BY b.place""";

    private PostgresCatalog() {}

    /** Describes a relation. Throws {@code RELATION_MISSING}. */
    static RelationFacts describe(Connection connection, TableName name, Relation relation) throws SQLException {
        if (relation instanceof Relation.Table table) {
            return table(connection, name, table);
        }
        return query(connection, name, (Relation.Query) relation);
    }

    private static RelationFacts table(Connection connection, TableName name, Relation.Table table)
            throws SQLException {
        String schema = literal(table.schema());
        String relation = literal(table.name());
        try (Statement statement = connection.createStatement()) {
            statement.execute(RELATION.formatted(schema, relation) + ";\n"
                    + BASE_TYPES.formatted(TABLE_COLUMNS.formatted(schema, relation)));
            long oid;
            RelationFacts.Kind kind;
            Access access;
            List<String> primaryKey;
            Set<String> leading;
            int version;
            try (ResultSet row = statement.getResultSet()) {
                if (!row.next()) {
                    throw new SluiceException(
                            ErrorCode.RELATION_MISSING,
                            "Cannot read table " + name + ": the source has no relation " + table
                                    + ". Check extract.relation; names are spelled as the catalog spells them");
                }
                if (!row.getBoolean(3)) {
                    throw new SluiceException(
                            ErrorCode.RELATION_MISSING,
                            "Cannot read table " + name + ": the role may not read " + table
                                    + ". Grant SELECT on it, and USAGE on its schema, to the role that reads");
                }
                oid = row.getLong(1);
                kind = kind(row.getString(2));
                access = row.getBoolean(4) ? Access.WHOLE : Access.COLUMNS;
                primaryKey = strings(row, 5);
                leading = new LinkedHashSet<>(strings(row, 6));
                version = row.getInt(7);
            }
            statement.getMoreResults();
            try (ResultSet rows = statement.getResultSet()) {
                return new RelationFacts(
                        oid, kind, access, columns(rows, version), primaryKey, leading, version, Optional.empty());
            }
        }
    }

    /**
     * Describes a query's result without running it: names from the metadata of no rows, types from a row of NULLs that
     * an outer join with no rows gives.
     */
    private static RelationFacts query(Connection connection, TableName name, Relation.Query query)
            throws SQLException {
        String from = "(SELECT * FROM (" + query.sql() + "\n) AS inner_query LIMIT 0) AS sluice_query";
        List<String> names = new ArrayList<>();
        List<Integer> modifiers = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet none = statement.executeQuery("SELECT * FROM " + from)) {
                ResultSetMetaData metadata = none.getMetaData();
                for (int i = 1; i <= metadata.getColumnCount(); i++) {
                    names.add(metadata.getColumnLabel(i));
                    modifiers.add(numericModifier(metadata.getPrecision(i), metadata.getScale(i)));
                }
            }
            if (new LinkedHashSet<>(names).size() < names.size()) {
                throw new SluiceException(
                        ErrorCode.SETTINGS_INVALID,
                        "Cannot read table " + name + ": its query gives several columns one name: " + names
                                + ". Name each column of extract.query with AS");
            }
            StringBuilder columns = new StringBuilder("SELECT ");
            for (int i = 0; i < names.size(); i++) {
                columns.append(i == 0 ? "" : ", ")
                        .append("pg_typeof(sluice_query.")
                        .append(identifier(names.get(i)))
                        .append(")::oid::bigint");
            }
            columns.append(" FROM (SELECT 1) AS one LEFT JOIN ").append(from).append(" ON true");
            StringBuilder facts = new StringBuilder("(VALUES ");
            try (ResultSet row = statement.executeQuery(columns.toString())) {
                row.next();
                for (int i = 0; i < names.size(); i++) {
                    long type = row.getLong(i + 1);
                    facts.append(i == 0 ? "" : ", ")
                            .append(
                                    "(%d, %s, false, format_type(%d, -1), %d::oid, (SELECT CASE WHEN oid = 1700 THEN %d ELSE -1 END FROM pg_type WHERE oid = %d))"
                                            .formatted(i, literal(names.get(i)), type, type, modifiers.get(i), type));
                }
            }
            facts.append(")");
            try (ResultSet rows = statement.executeQuery(BASE_TYPES.formatted(facts))) {
                int version = version(connection);
                return new RelationFacts(
                        0,
                        RelationFacts.Kind.QUERY,
                        Access.COLUMNS,
                        columns(rows, version),
                        List.of(),
                        Set.of(),
                        version,
                        Optional.empty());
            }
        }
    }

    private static int version(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseMajorVersion() * 10_000;
    }

    private static int numericModifier(int precision, int scale) {
        return precision < 1 || precision > 1000 ? -1 : (precision << 16 | scale & 0x7ff) + 4;
    }

    private static RelationFacts.Kind kind(String relkind) {
        return switch (relkind) {
            case "r", "p" -> RelationFacts.Kind.TABLE;
            case "m" -> RelationFacts.Kind.STORED_VIEW;
            default -> RelationFacts.Kind.VIEW;
        };
    }

    private static List<ColumnFacts> columns(ResultSet rows, int version) throws SQLException {
        List<ColumnFacts> columns = new ArrayList<>();
        while (rows.next()) {
            PostgresType type = new PostgresType(
                    rows.getString(5),
                    rows.getString(6),
                    rows.getString(7).charAt(0),
                    rows.getBoolean(8) ? PostgresType.Shape.ARRAY : PostgresType.Shape.SCALAR,
                    rows.getInt(4),
                    rows.getString(3));
            columns.add(new ColumnFacts(
                    rows.getString(1),
                    rows.getBoolean(2) ? SourceColumn.Nullability.NOT_NULL : SourceColumn.Nullability.NULLABLE,
                    type.declared(),
                    PostgresTypes.map(type, version),
                    PostgresTypes.order(type)));
        }
        return columns;
    }

    private static List<String> strings(ResultSet row, int place) throws SQLException {
        return List.of((String[]) row.getArray(place).getArray());
    }
}
