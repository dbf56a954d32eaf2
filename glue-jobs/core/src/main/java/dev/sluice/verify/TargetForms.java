package dev.sluice.verify;

import static dev.sluice.SparkNames.column;
import static dev.sluice.database.SqlText.identifier;
import static dev.sluice.database.SqlText.literal;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.rtrim;
import static org.apache.spark.sql.functions.udf;

import dev.sluice.settings.ColumnType;
import dev.sluice.settings.LoadSettings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Which columns of a target table can be held against curated, and how. The target's type may be wider than curated's: the
 * text is then of curated's type where the value fits it, and of the target's own where it does not, so that a value that
 * curated cannot have shows as a difference.
 */
final class TargetForms {

    private static final Texts SQL = new PostgresTexts();

    private static final Set<String> NUMBERS = Set.of("int2", "int4", "int8", "numeric");
    private static final Set<String> TEXTS = Set.of("text", "varchar", "name", "citext", "json");

    private static final String COLUMNS =
            """
            SELECT a.attname, b.typname, b.typtype, pg_catalog.format_type(a.atttypid, a.atttypmod)
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
            WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum""";

    private final List<ComparedColumn> compared = new ArrayList<>();
    private final List<NotCompared> notCompared = new ArrayList<>();

    private TargetForms() {}

    private record TargetColumn(String name, String base, String kind, String type) {
        static TargetColumn read(ResultSet row) throws SQLException {
            return new TargetColumn(row.getString(1), row.getString(2), row.getString(3), row.getString(4));
        }
    }

    static TargetForms of(StructType curated, DatabaseView target, LoadSettings load) {
        TargetForms forms = new TargetForms();
        Map<String, TargetColumn> columns = new LinkedHashMap<>();
        target.query(String.format(COLUMNS, literal(identifier(load.schema(), load.table()))), TargetColumn::read)
                .forEach(column -> columns.put(column.name(), column));
        for (StructField field : curated.fields()) {
            TargetColumn column = columns.remove(field.name());
            if (column == null) {
                forms.notCompared.add(new NotCompared(field.name(), "the target has no such column"));
            } else {
                forms.add(ColumnType.of(field.dataType().catalogString()), column);
            }
        }
        columns.keySet().forEach(name -> forms.notCompared.add(new NotCompared(name, "only the target has it")));
        return forms;
    }

    List<ComparedColumn> compared() {
        return compared;
    }

    List<NotCompared> notCompared() {
        return notCompared;
    }

    private void add(ColumnType type, TargetColumn column) {
        String value = identifier(column.name());
        Column lake = column(column.name());
        Optional<Form> form = Form.of(type);
        Optional<String> sql = form.flatMap(known -> sql(known, column.base(), value));
        if (form.isPresent() && form.get().kind() == Form.Kind.TEXT) {
            text(column, value, lake);
        } else if (sql.isEmpty()) {
            notCompared.add(new NotCompared(
                    column.name(),
                    "the target has it as " + column.type() + ", which does not keep a " + type + " as it is"));
        } else if (form.get().kind() == Form.Kind.FLOAT && column.base().equals("float8")) {
            Form wide = Form.of(Form.Kind.DOUBLE);
            Column parsed = udf((UDF1<Float, Double>) TargetForms::asWritten, DataTypes.DoubleType)
                    .apply(lake);
            compared.add(new ComparedColumn(column.name(), wide, SQL.text(wide, value), wide.lake(parsed)));
        } else {
            compared.add(new ComparedColumn(
                    column.name(), form.get(), sql.get(), form.get().lake(lake)));
        }
    }

    private void text(TargetColumn column, String value, Column lake) {
        Form text = Form.of(Form.Kind.TEXT);
        String sql = SQL.text(text, value);
        if (TEXTS.contains(column.base()) || column.kind().equals("e")) {
            compared.add(new ComparedColumn(column.name(), text, sql, lake));
        } else if (column.base().equals("bpchar")) {
            compared.add(new ComparedColumn(column.name(), text, sql, rtrim(lake)));
        } else if (column.base().equals("uuid")) {
            compared.add(new ComparedColumn(column.name(), text, sql, lower(lake)));
        } else {
            notCompared.add(new NotCompared(
                    column.name(), "the target has it as " + column.type() + ", which does not keep a text as it is"));
        }
    }

    /** Empty where the target's type does not keep values of the form as they are. */
    private static Optional<String> sql(Form form, String base, String value) {
        return switch (form.kind()) {
            case BOOLEAN -> fitting(base, Set.of("bool"), SQL.text(form, value));
            case INTEGER -> {
                if (base.startsWith("float")) {
                    yield Optional.of(whole(value + "::float8::numeric", 0, value));
                }
                yield fitting(base, NUMBERS, whole(value + "::numeric", 0, value));
            }
            case DECIMAL -> fitting(base, NUMBERS, whole(value + "::numeric", form.scale(), value));
            case FLOAT -> fitting(base, Set.of("float4", "float8"), SQL.text(form, value));
            case DOUBLE -> fitting(base, Set.of("float8"), SQL.text(form, value));
            case BINARY -> fitting(base, Set.of("bytea"), SQL.text(form, value));
            case DATE -> fitting(base, Set.of("date"), finite(value, SQL.text(form, value + " - '1970-01-01'::date")));
            case INSTANT -> fitting(base, Set.of("timestamptz"), finite(value, SQL.text(form, micros(value))));
            case WALL_CLOCK -> fitting(base, Set.of("timestamp"), finite(value, SQL.text(form, micros(value))));
            case TEXT -> Optional.empty();
        };
    }

    private static Optional<String> fitting(String base, Set<String> bases, String sql) {
        return bases.contains(base) ? Optional.of(sql) : Optional.empty();
    }

    /** The text of a number at a scale where it fits that; NaN and infinite values, which no scale fits, as they are. */
    private static String whole(String number, int scale, String value) {
        return "CASE WHEN " + value + "::text IN ('NaN', 'Infinity', '-Infinity') THEN " + value + "::text WHEN "
                + number + " = round(" + number + ", " + scale + ") THEN round(" + number + ", " + scale
                + ")::text ELSE " + value + "::text END";
    }

    private static String finite(String value, String sql) {
        return "CASE WHEN isfinite(" + value + ") THEN " + sql + " ELSE " + value + "::text END";
    }

    /** Exact in every version: the epoch of a whole second fits a double. */
    private static String micros(String value) {
        return "extract(epoch FROM date_trunc('second', " + value + "))::bigint * 1000000 + extract(microseconds FROM "
                + value + ")::bigint % 1000000";
    }

    /** A float reaches a double column as its shortest text, which is another number than the float itself. */
    private static Double asWritten(Float value) {
        return value == null ? null : Double.valueOf(value.toString());
    }
}
