package dev.sluice.verify;

import static dev.sluice.SparkNames.column;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_utc_timestamp;
import static org.apache.spark.sql.functions.get_json_object;
import static org.apache.spark.sql.functions.hex;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.when;

import dev.sluice.bookmark.Column;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.jdbc.JdbcColumn;
import dev.sluice.extract.jdbc.JdbcTable;
import dev.sluice.schema.Casts;
import dev.sluice.schema.Drift;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.SchemaSettings;
import dev.sluice.settings.TableSettings;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which columns of curated can be held against the source, and how: those taken from one column by a cast that keeps
 * every value. The text is of the declared type; only where a wall clock became an instant is it of the wall clock, since
 * an hour that occurs twice does not tell which instant it meant.
 */
final class SourceForms {

    /** A column and, for rows in quarantine, its text as an expression over raw rows. */
    record SourceForm(ComparedColumn column, org.apache.spark.sql.Column raw) {}

    private final JdbcTable table;
    private final Texts texts;
    private final ZoneId zone;
    private final List<SourceForm> compared = new ArrayList<>();
    private final List<NotCompared> notCompared = new ArrayList<>();

    private SourceForms(JdbcTable table, ZoneId zone) {
        this.table = table;
        this.texts = Texts.of(table.kind());
        this.zone = zone;
    }

    /**
     * @param curated curated's columns at the version compared
     * @param zone the source's time zone
     */
    static SourceForms of(TableSettings settings, JdbcTable source, List<Column> curated, ZoneId zone) {
        SourceForms forms = new SourceForms(source, zone);
        Map<String, ColumnSettings> declared = new HashMap<>();
        effective(settings, source).forEach(column -> declared.put(column.name(), column));
        for (Column column : curated) {
            ColumnSettings from = declared.remove(column.name());
            if (from == null) {
                forms.leaveOut(column.name(), "curated keeps it, schema.columns names it no longer");
            } else {
                forms.add(column, from, source);
            }
        }
        declared.keySet().stream()
                .sorted()
                .forEach(name -> forms.leaveOut(name, "curated gets it with the next batch"));
        return forms;
    }

    List<SourceForm> compared() {
        return compared;
    }

    List<NotCompared> notCompared() {
        return notCompared;
    }

    /** The columns a batch would have, whatever the policies would refuse. */
    private static List<ColumnSettings> effective(TableSettings settings, JdbcTable source) {
        SchemaSettings schema = settings.schema();
        SchemaSettings lenient = new SchemaSettings(
                schema.columns().stream()
                        .map(column -> new ColumnSettings(
                                column.name(),
                                column.type(),
                                true,
                                column.sourceName(),
                                column.defaultValue(),
                                column.expression(),
                                column.masking()))
                        .toList(),
                schema.newColumns() == SchemaSettings.NewColumns.ADD
                        ? SchemaSettings.NewColumns.ADD
                        : SchemaSettings.NewColumns.REPORT,
                SchemaSettings.Drift.REPORT,
                SchemaSettings.Drift.REPORT);
        TableSettings relaxed = new TableSettings(
                settings.name(),
                settings.version(),
                settings.extract(),
                lenient,
                settings.curate(),
                settings.reconcile(),
                settings.maintain(),
                settings.loads(),
                settings.freshness());
        return Drift.resolve(relaxed, source.description(), List.of(), List.of())
                .columns();
    }

    private void add(Column curated, ColumnSettings declared, JdbcTable source) {
        Optional<JdbcColumn> found = source.find(declared.sourceName());
        if (declared.expression().isPresent()) {
            leaveOut(curated.name(), "computed by an expression");
        } else if (declared.masking().isPresent()) {
            leaveOut(curated.name(), "masked");
        } else if (declared.defaultValue().isPresent()) {
            leaveOut(curated.name(), "a default stands in for NULL");
        } else if (found.isEmpty()) {
            leaveOut(curated.name(), "the source has no column " + declared.sourceName());
        } else if (!curated.type().equals(declared.type())) {
            leaveOut(curated.name(), "curated has it as " + curated.type() + ", settings declare " + declared.type());
        } else {
            add(curated, found.get());
        }
    }

    private void add(Column curated, JdbcColumn source) {
        String name = curated.name();
        ColumnType raw = source.column().rawType();
        ColumnType declared = curated.type();
        String value = source.selectExpression();
        org.apache.spark.sql.Column lake = lake(name);
        org.apache.spark.sql.Column rawValue = lake(source.column().name());
        Optional<Form> form = Form.of(declared);
        if (raw.ddl().equals("smallint") && declared.ddl().equals("boolean")) {
            addTruth(name, value, rawValue);
        } else if (form.isEmpty() || !Casts.lossless(raw, declared)) {
            leaveOut(name, "the cast from " + raw + " to " + declared + " does not keep every value");
        } else if (declared.ddl().equals("string")) {
            addText(name, source);
        } else if (raw.ddl().equals("timestamp_ntz") && declared.ddl().equals("timestamp")) {
            Form clock = Form.of(Form.Kind.WALL_CLOCK);
            add(
                    name,
                    clock,
                    texts.text(clock, value),
                    clock.lake(from_utc_timestamp(lake, zone.getId())),
                    clock.lake(rawValue));
        } else {
            String primitive = raw.ddl().equals("date") && !declared.ddl().equals("date")
                    ? "(" + value + ") * 86400000000"
                    : value;
            Form compared = texts.compared(form.get());
            boolean wider = compared.kind() != form.get().kind();
            add(
                    name,
                    compared,
                    texts.text(compared, primitive),
                    compared.lake(wider ? lake.cast("double") : lake),
                    compared.lake(rawValue.cast(wider ? "double" : declared.ddl())));
        }
    }

    /** A number other than 0 and 1 goes to quarantine, where it is compared as what it is. */
    private void addTruth(String name, String value, org.apache.spark.sql.Column rawValue) {
        Form truth = Form.of(Form.Kind.BOOLEAN);
        add(
                name,
                truth,
                "CASE (" + value + ") WHEN 1 THEN 't' WHEN 0 THEN 'f' ELSE " + texts.plain(value) + " END",
                truth.lake(lake(name)),
                when(rawValue.equalTo(1), "t").when(rawValue.equalTo(0), "f").otherwise(rawValue.cast("string")));
    }

    private void addText(String name, JdbcColumn source) {
        ColumnType raw = source.column().rawType();
        String value = source.selectExpression();
        org.apache.spark.sql.Column rawValue = lake(source.column().name());
        Optional<String> text = Optional.empty();
        if (raw.isDecimal()) {
            text = Optional.of(texts.text(new Form(Form.Kind.DECIMAL, raw.scale()), value));
            rawValue = new Form(Form.Kind.DECIMAL, raw.scale()).lake(rawValue);
        } else {
            switch (raw.ddl()) {
                case "string", "smallint", "int", "bigint" -> text = Optional.of(texts.plain(value));
                case "boolean" -> text =
                        Optional.of("CASE (" + value + ") WHEN true THEN 'true' WHEN false THEN 'false' END");
                case "binary" -> {
                    text = Optional.of(texts.text(Form.of(Form.Kind.BINARY), value));
                    rawValue = lower(hex(rawValue));
                }
                case "date" -> text = Optional.of(texts.date(value));
                default -> leaveOut(name, "the text of a " + raw + " is Spark's own");
            }
        }
        if (text.isEmpty()) {
            return;
        }
        String sourceName = source.column().name();
        // A text column keeps what the raw type cannot hold as the server writes it.
        String carried = source.unrepresentable().isPresent() ? ", " + table.lostText(source) : "";
        org.apache.spark.sql.Column lost =
                get_json_object(col(Snapshot.UNREPRESENTABLE), "$['" + sourceName.replace("'", "\\'") + "']");
        add(
                name,
                Form.of(Form.Kind.TEXT),
                "coalesce(" + text.get() + carried + ")",
                lake(name),
                coalesce(rawValue.cast("string"), lost));
    }

    private void add(
            String name, Form form, String sql, org.apache.spark.sql.Column lake, org.apache.spark.sql.Column raw) {
        compared.add(new SourceForm(new ComparedColumn(name, form, sql, lake), raw));
    }

    private void leaveOut(String column, String reason) {
        notCompared.add(new NotCompared(column, reason));
    }

    private static org.apache.spark.sql.Column lake(String name) {
        return column(name);
    }
}
