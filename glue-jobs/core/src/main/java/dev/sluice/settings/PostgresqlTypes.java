package dev.sluice.settings;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Which target type someone means who writes a type in PostgreSQL's words. */
final class PostgresqlTypes {

    private static final Map<String, String> MEANT = Map.ofEntries(
            Map.entry("bool", "boolean"),
            Map.entry("int2", "smallint"),
            Map.entry("int4", "int"),
            Map.entry("integer", "int"),
            Map.entry("serial", "int"),
            Map.entry("int8", "bigint"),
            Map.entry("long", "bigint"),
            Map.entry("bigserial", "bigint"),
            Map.entry("real", "float"),
            Map.entry("float4", "float"),
            Map.entry("float8", "double"),
            Map.entry("doubleprecision", "double"),
            Map.entry("decimal", "decimal(38,18)"),
            Map.entry("numeric", "decimal(38,18)"),
            Map.entry("text", "string"),
            Map.entry("char", "string"),
            Map.entry("varchar", "string"),
            Map.entry("json", "string"),
            Map.entry("jsonb", "string"),
            Map.entry("uuid", "string"),
            Map.entry("bytea", "binary"),
            Map.entry("timestamptz", "timestamp"),
            Map.entry("timestampwithtimezone", "timestamp"),
            Map.entry("timestampwithouttimezone", "timestamp_ntz"));

    private PostgresqlTypes() {}

    static Optional<ColumnType> nearest(String text) {
        String plain = text.toLowerCase(Locale.ROOT).replaceAll("\\s+", "");
        return ColumnType.find(plain.replaceFirst("numeric", "decimal"))
                .or(() -> Optional.ofNullable(MEANT.get(plain.replaceAll("\\(.*\\)", "")))
                        .map(ColumnType::of));
    }
}
