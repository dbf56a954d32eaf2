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
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads what the catalog views of SQL Server say of one relation. */
final class SqlServerCatalog {

    private static final String RELATION =
            "SELECT type FROM sys.objects WHERE object_id = OBJECT_ID(%s) AND type IN ('U', 'V')";

    /** A type of .NET has no base type; a type that somebody named is what it is made of. */
    private static final String COLUMNS =
            """
            SELECT c.name, c.is_nullable,
                   CASE WHEN c.system_type_id = 240 THEN TYPE_NAME(c.user_type_id) ELSE TYPE_NAME(c.system_type_id) END,
                   c.precision, c.scale, HAS_PERMS_BY_NAME(%1$s, 'OBJECT', 'SELECT', c.name, 'COLUMN')
            FROM sys.columns c
            WHERE c.object_id = OBJECT_ID(%1$s)
            ORDER BY c.column_id""";

    private static final String INDEXES =
            """
            SELECT i.is_primary_key, COL_NAME(k.object_id, k.column_id), k.key_ordinal
            FROM sys.indexes i JOIN sys.index_columns k ON k.object_id = i.object_id AND k.index_id = i.index_id
            WHERE i.object_id = OBJECT_ID(%s) AND i.type IN (1, 2) AND i.is_disabled = 0 AND i.has_filter = 0
              AND k.key_ordinal > 0
            ORDER BY i.index_id, k.key_ordinal""";

    private SqlServerCatalog() {}

    /** Describes a relation. Throws {@code RELATION_MISSING}. */
    static RelationFacts describe(Connection connection, TableName name, Relation relation) throws SQLException {
        return relation instanceof Relation.Table table
                ? table(connection, name, table)
                : query(connection, (Relation.Query) relation);
    }

    private static RelationFacts table(Connection connection, TableName name, Relation.Table table)
            throws SQLException {
        DatabaseKind kind = DatabaseKind.SQLSERVER;
        String id = kind.literal(kind.identifier(table.schema(), table.name()));
        try (Statement statement = connection.createStatement()) {
            RelationFacts.Kind is;
            try (ResultSet row = statement.executeQuery(RELATION.formatted(id))) {
                if (!row.next()) {
                    throw CatalogFailures.missing(name, table, "the schema and the table");
                }
                is = row.getString(1).strip().equals("V") ? RelationFacts.Kind.VIEW : RelationFacts.Kind.TABLE;
            }
            List<ColumnFacts> columns = new ArrayList<>();
            Access access = Access.WHOLE;
            try (ResultSet rows = statement.executeQuery(COLUMNS.formatted(id))) {
                while (rows.next()) {
                    if (rows.getInt(6) == 1) {
                        columns.add(facts(
                                rows.getString(1),
                                rows.getBoolean(2)
                                        ? SourceColumn.Nullability.NULLABLE
                                        : SourceColumn.Nullability.NOT_NULL,
                                new SqlServerTypes.Type(
                                        rows.getString(3).toLowerCase(Locale.ROOT), rows.getInt(4), rows.getInt(5))));
                    } else {
                        access = Access.COLUMNS;
                    }
                }
            }
            if (columns.isEmpty()) {
                throw CatalogFailures.denied(name, table);
            }
            List<String> primaryKey = new ArrayList<>();
            Set<String> leading = new LinkedHashSet<>();
            try (ResultSet rows = statement.executeQuery(INDEXES.formatted(id))) {
                while (rows.next()) {
                    if (rows.getBoolean(1)) {
                        primaryKey.add(rows.getString(2));
                    }
                    if (rows.getInt(3) == 1) {
                        leading.add(rows.getString(2));
                    }
                }
            }
            return new RelationFacts(0, is, access, columns, primaryKey, leading, 0, Optional.empty());
        }
    }

    private static RelationFacts query(Connection connection, Relation.Query query) throws SQLException {
        List<ColumnFacts> columns = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("SELECT TOP 0 * FROM (" + query.sql() + "\n) sluice_query")) {
            ResultSetMetaData metadata = none.getMetaData();
            for (int i = 1; i <= metadata.getColumnCount(); i++) {
                columns.add(facts(
                        metadata.getColumnLabel(i),
                        SourceColumn.Nullability.NULLABLE,
                        new SqlServerTypes.Type(
                                metadata.getColumnTypeName(i).toLowerCase(Locale.ROOT),
                                metadata.getPrecision(i),
                                metadata.getScale(i))));
            }
        }
        return new RelationFacts(
                0, RelationFacts.Kind.QUERY, Access.COLUMNS, columns, List.of(), Set.of(), 0, Optional.empty());
    }

    private static ColumnFacts facts(String name, SourceColumn.Nullability nullability, SqlServerTypes.Type type) {
        return new ColumnFacts(
                name, nullability, type.declared(), SqlServerTypes.map(type), SqlServerTypes.order(type));
    }
}
