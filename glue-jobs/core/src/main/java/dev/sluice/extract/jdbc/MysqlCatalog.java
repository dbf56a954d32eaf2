package dev.sluice.extract.jdbc;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.database.DatabaseKind;
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

/** Reads what {@code information_schema} of MySQL or MariaDB says of one relation. */
final class MysqlCatalog {

    private static final String RELATION =
            """
            SELECT table_type, engine FROM information_schema.tables
            WHERE table_schema = %s AND table_name = %s AND table_type NOT IN ('SEQUENCE', 'SYSTEM VIEW')""";

    private static final String COLUMNS =
            """
            SELECT column_name, is_nullable, data_type, column_type, numeric_precision, numeric_scale,
                   privileges LIKE '%%select%%'
            FROM information_schema.columns
            WHERE table_schema = %s AND table_name = %s
            ORDER BY ordinal_position""";

    private static final String INDEXES =
            """
            SELECT index_name, column_name, seq_in_index, index_type, sub_part
            FROM information_schema.statistics
            WHERE table_schema = %s AND table_name = %s
            ORDER BY index_name, seq_in_index""";

    private MysqlCatalog() {}

    /** Describes a relation. Throws {@code RELATION_MISSING}. */
    static RelationFacts describe(Connection connection, TableName name, Relation relation) throws SQLException {
        if (relation instanceof Relation.Table table) {
            return table(connection, name, table);
        }
        return query(connection, name, (Relation.Query) relation);
    }

    private static RelationFacts table(Connection connection, TableName name, Relation.Table table)
            throws SQLException {
        String schema = DatabaseKind.MYSQL.literal(table.schema());
        String relation = DatabaseKind.MYSQL.literal(table.name());
        try (Statement statement = connection.createStatement()) {
            RelationFacts.Kind kind;
            Optional<String> engine;
            try (ResultSet row = statement.executeQuery(RELATION.formatted(schema, relation))) {
                if (!row.next()) {
                    throw new SluiceException(
                            ErrorCode.RELATION_MISSING,
                            "Cannot read table " + name + ": the source has no relation " + table
                                    + ", or the role may not see it. Check extract.relation, which is the database and"
                                    + " the table as the catalog spells them, and grant SELECT on it to the role that"
                                    + " reads");
                }
                kind = row.getString(1).equals("VIEW") ? RelationFacts.Kind.VIEW : RelationFacts.Kind.TABLE;
                engine = Optional.ofNullable(row.getString(2));
            }
            List<ColumnFacts> columns = new ArrayList<>();
            Access access = Access.WHOLE;
            try (ResultSet rows = statement.executeQuery(COLUMNS.formatted(schema, relation))) {
                while (rows.next()) {
                    if (rows.getBoolean(7)) {
                        columns.add(column(rows));
                    } else {
                        access = Access.COLUMNS;
                    }
                }
            }
            if (columns.isEmpty()) {
                throw new SluiceException(
                        ErrorCode.RELATION_MISSING,
                        "Cannot read table " + name + ": the role may not read " + table
                                + ". Grant SELECT on it to the role that reads");
            }
            List<String> primaryKey = new ArrayList<>();
            Set<String> leading = new LinkedHashSet<>();
            try (ResultSet rows = statement.executeQuery(INDEXES.formatted(schema, relation))) {
                while (rows.next()) {
                    // A functional part of an index has no column.
                    Optional<String> column = Optional.ofNullable(rows.getString(2));
                    boolean whole = rows.getString(4).equals("BTREE") && rows.getString(5) == null;
                    if (rows.getString(1).equals("PRIMARY")) {
                        column.ifPresent(primaryKey::add);
                    }
                    if (whole && rows.getInt(3) == 1) {
                        column.ifPresent(leading::add);
                    }
                }
            }
            return new RelationFacts(0, kind, access, columns, primaryKey, leading, 0, engine);
        }
    }

    private static ColumnFacts column(ResultSet row) throws SQLException {
        return facts(
                row.getString(1),
                row.getString(2).equals("YES") ? SourceColumn.Nullability.NULLABLE : SourceColumn.Nullability.NOT_NULL,
                MysqlType.declared(row.getString(3), row.getString(4), row.getInt(5), row.getInt(6)));
    }

    private static ColumnFacts facts(String name, SourceColumn.Nullability nullability, MysqlType type) {
        return new ColumnFacts(name, nullability, type.declared(), MysqlTypes.map(type), MysqlTypes.order(type));
    }

    /** Describes a query's result by the metadata of no rows. */
    private static RelationFacts query(Connection connection, TableName name, Relation.Query query)
            throws SQLException {
        List<ColumnFacts> columns = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet none =
                        statement.executeQuery("SELECT * FROM (" + query.sql() + "\n) AS sluice_query LIMIT 0")) {
            ResultSetMetaData metadata = none.getMetaData();
            for (int i = 1; i <= metadata.getColumnCount(); i++) {
                columns.add(facts(
                        metadata.getColumnLabel(i),
                        SourceColumn.Nullability.NULLABLE,
                        MysqlType.ofQuery(
                                metadata.getColumnTypeName(i), metadata.getPrecision(i), metadata.getScale(i))));
            }
        }
        return new RelationFacts(
                0, RelationFacts.Kind.QUERY, Access.COLUMNS, columns, List.of(), Set.of(), 0, Optional.empty());
    }
}
