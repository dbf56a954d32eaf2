package dev.sluice.extract.jdbc;

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
import java.util.OptionalInt;
import java.util.Set;

/** Reads what the catalog views of Oracle say of one relation: of those the role may read, and of nothing else. */
final class OracleCatalog {

    private static final String RELATION =
            """
            SELECT object_type FROM all_objects
            WHERE owner = %s AND object_name = %s AND object_type IN ('TABLE', 'VIEW', 'MATERIALIZED VIEW')
            ORDER BY object_type""";

    private static final String COLUMNS =
            """
            SELECT column_name, nullable, data_type, data_precision, data_scale FROM all_tab_columns
            WHERE owner = %s AND table_name = %s
            ORDER BY column_id""";

    private static final String PRIMARY_KEY =
            """
            SELECT k.column_name FROM all_constraints c
            JOIN all_cons_columns k ON k.owner = c.owner AND k.constraint_name = c.constraint_name
            WHERE c.constraint_type = 'P' AND c.owner = %s AND c.table_name = %s
            ORDER BY k.position""";

    private static final String LEADING =
            """
            SELECT k.column_name FROM all_indexes i
            JOIN all_ind_columns k ON k.index_owner = i.owner AND k.index_name = i.index_name
            WHERE i.table_owner = %s AND i.table_name = %s AND i.index_type = 'NORMAL' AND i.status <> 'UNUSABLE'
              AND k.column_position = 1""";

    private static final int NO_SCALE = -127;

    private OracleCatalog() {}

    /** Describes a relation. Throws {@code RELATION_MISSING}. */
    static RelationFacts describe(Connection connection, TableName name, Relation relation) throws SQLException {
        return relation instanceof Relation.Table table
                ? table(connection, name, table)
                : query(connection, (Relation.Query) relation);
    }

    private static RelationFacts table(Connection connection, TableName name, Relation.Table table)
            throws SQLException {
        String owner = DatabaseKind.ORACLE.literal(table.schema());
        String relation = DatabaseKind.ORACLE.literal(table.name());
        try (Statement statement = connection.createStatement()) {
            RelationFacts.Kind is;
            try (ResultSet row = statement.executeQuery(RELATION.formatted(owner, relation))) {
                if (!row.next()) {
                    throw CatalogFailures.missing(name, table, "the owner and the table");
                }
                is = switch (row.getString(1)) {
                    case "MATERIALIZED VIEW" -> RelationFacts.Kind.STORED_VIEW;
                    case "VIEW" -> RelationFacts.Kind.VIEW;
                    default -> RelationFacts.Kind.TABLE;
                };
            }
            List<ColumnFacts> columns = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(COLUMNS.formatted(owner, relation))) {
                while (rows.next()) {
                    String column = rows.getString(1);
                    boolean nullable = rows.getString(2).equals("Y");
                    String type = rows.getString(3);
                    int precision = rows.getInt(4);
                    OptionalInt digits = rows.wasNull() ? OptionalInt.empty() : OptionalInt.of(precision);
                    columns.add(facts(
                            column,
                            nullable ? SourceColumn.Nullability.NULLABLE : SourceColumn.Nullability.NOT_NULL,
                            numbered(type, digits, rows.getInt(5), !rows.wasNull())));
                }
            }
            if (columns.isEmpty()) {
                throw CatalogFailures.denied(name, table);
            }
            return new RelationFacts(
                    0,
                    is,
                    Access.WHOLE,
                    columns,
                    names(statement, PRIMARY_KEY.formatted(owner, relation)),
                    new LinkedHashSet<>(names(statement, LEADING.formatted(owner, relation))),
                    0,
                    Optional.empty());
        }
    }

    /** INTEGER is a number whose scale alone is declared, and has all digits there are. */
    private static OracleTypes.Type numbered(String type, OptionalInt precision, int scale, boolean scaled) {
        boolean integer = type.equals("NUMBER") && precision.isEmpty() && scaled;
        return OracleTypes.Type.of(type, integer ? OptionalInt.of(38) : precision, scale);
    }

    private static List<String> names(Statement statement, String sql) throws SQLException {
        List<String> names = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    private static RelationFacts query(Connection connection, Relation.Query query) throws SQLException {
        List<ColumnFacts> columns = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet none =
                        statement.executeQuery("SELECT * FROM (" + query.sql() + "\n) sluice_query WHERE 1 = 0")) {
            ResultSetMetaData metadata = none.getMetaData();
            for (int i = 1; i <= metadata.getColumnCount(); i++) {
                boolean free = metadata.getPrecision(i) == 0 || metadata.getScale(i) == NO_SCALE;
                columns.add(facts(
                        metadata.getColumnLabel(i),
                        SourceColumn.Nullability.NULLABLE,
                        OracleTypes.Type.of(
                                metadata.getColumnTypeName(i),
                                free ? OptionalInt.empty() : OptionalInt.of(metadata.getPrecision(i)),
                                metadata.getScale(i))));
            }
        }
        return new RelationFacts(
                0, RelationFacts.Kind.QUERY, Access.COLUMNS, columns, List.of(), Set.of(), 0, Optional.empty());
    }

    private static ColumnFacts facts(String name, SourceColumn.Nullability nullability, OracleTypes.Type type) {
        return new ColumnFacts(name, nullability, type.declared(), OracleTypes.map(type), OracleTypes.order(type));
    }
}
