package dev.sluice.schema;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Column;
import dev.sluice.change.ChangeColumns;
import dev.sluice.extract.SourceColumn;
import dev.sluice.extract.SourceTable;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.ExpressionColumns;
import dev.sluice.settings.FileColumns;
import dev.sluice.settings.HistoryColumns;
import dev.sluice.settings.Masking;
import dev.sluice.settings.SchemaSettings;
import dev.sluice.settings.SchemaSettings.NewColumns;
import dev.sluice.settings.TableSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds drift between a source and a table item, and applies the item's policies. */
public final class Drift {

    private final TableSettings settings;
    private final SourceTable source;
    private final Set<String> gone;
    private final Map<String, SourceColumn> before = new LinkedHashMap<>();
    private final List<String> refused = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private Drift(TableSettings settings, SourceTable source, Set<String> gone, List<SourceColumn> before) {
        this.settings = settings;
        this.source = source;
        this.gone = gone;
        before.forEach(column -> this.before.put(column.name(), column));
    }

    /**
     * The schema of the next batch. Throws {@code SCHEMA_DRIFT} with everything a policy refuses, and where curated has a
     * column in another type than the settings now declare, unless that is a wider number.
     *
     * @param source the relation as it is now
     * @param before its columns in the batch before; empty for the first
     * @param curated curated's columns; empty for a table without batches
     */
    public static EffectiveSchema resolve(
            TableSettings settings, SourceTable source, List<SourceColumn> before, List<Column> curated) {
        return resolve(settings, source, Set.of(), before, curated);
    }

    /**
     * The same for rows of several versions of the table.
     *
     * @param gone columns of {@code source} that the table itself no longer has
     */
    public static EffectiveSchema resolve(
            TableSettings settings,
            SourceTable source,
            Set<String> gone,
            List<SourceColumn> before,
            List<Column> curated) {
        Drift drift = new Drift(settings, source, gone, before);
        drift.missing();
        drift.undeclaredMissing();
        drift.changed();
        return drift.resolved(curated);
    }

    /**
     * The schema of rows that are in raw already: what the policies had to say of them is said, and a column that the settings
     * declare since is NULL in them.
     *
     * @param columns the rows' columns
     */
    public static EffectiveSchema ofRaw(TableSettings settings, List<SourceColumn> columns, List<Column> curated) {
        Drift drift = new Drift(settings, new SourceTable(columns, List.of()), Set.of(), columns);
        settings.schema().columns().forEach(drift::missingInExpression);
        return drift.resolved(curated);
    }

    private EffectiveSchema resolved(List<Column> curated) {
        List<ColumnSettings> columns = settings.schema().columns().stream()
                .filter(column -> !isOmitted(column))
                .collect(Collectors.toCollection(ArrayList::new));
        columns.addAll(gained());
        if (settings.extract().events().isPresent()) {
            columns.addAll(ChangeColumns.of(settings.curate().mode()));
        }
        retyped(columns, curated);
        if (!refused.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.SCHEMA_DRIFT,
                    "Cannot read table " + settings.name() + ": its columns are not those of the settings. "
                            + String.join("; ", refused));
        }
        Set<String> present = curated.stream().map(Column::name).collect(Collectors.toSet());
        List<String> added = curated.isEmpty()
                ? List.of()
                : columns.stream()
                        .map(ColumnSettings::name)
                        .filter(name -> !present.contains(name))
                        .toList();
        return new EffectiveSchema(columns, added, notes);
    }

    private static boolean isOmitted(ColumnSettings column) {
        return column.masking().filter(masking -> masking == Masking.OMIT).isPresent();
    }

    private void missing() {
        for (ColumnSettings column : settings.schema().columns()) {
            if (column.expression().isPresent()) {
                missingInExpression(column);
                continue;
            }
            if (isPresent(column.sourceName())) {
                continue;
            }
            boolean fillable = isOmitted(column)
                    || column.nullable()
                    || column.defaultValue().isPresent();
            switch (settings.schema().missingColumns()) {
                case FAIL -> refused.add("column " + column.sourceName()
                        + " is missing in the source (schema.missing-columns: fail); "
                        + (column.masking().isPresent()
                                ? "if it has another name now, declare that as its source and keep the masking, else "
                                : "")
                        + "remove it from schema.columns, or set missing-columns: report to go on "
                        + (isOmitted(column) ? "without it" : "with its default or NULL"));
                case REPORT -> {
                    if (fillable) {
                        notes.add("column " + column.sourceName() + " is missing in the source; " + column.name()
                                + (isOmitted(column) ? " is left out as before" : " gets its default or NULL"));
                    } else {
                        refused.add("column " + column.sourceName() + " is missing in the source and " + column.name()
                                + " allows no NULL; give it a default");
                    }
                }
            }
        }
    }

    /** What an expression asks for and the source does not have is NULL in it. */
    private void missingInExpression(ColumnSettings column) {
        List<SourceColumn> present = source.columns().stream()
                .filter(found -> !gone.contains(found.name()))
                .toList();
        List<String> missing = column.expression()
                .map(expression -> missingIn(expression, present))
                .orElse(List.of());
        for (String name : missing) {
            switch (settings.schema().missingColumns()) {
                case FAIL -> refused.add("column " + name + ", which the expression of " + column.name()
                        + " asks for, is missing in the source (schema.missing-columns: fail); correct the expression, or"
                        + " set missing-columns: report to go on with NULL for it");
                case REPORT -> notes.add("column " + name
                        + " is missing in the source; it is NULL in the expression of " + column.name());
            }
        }
    }

    /**
     * Names that an expression asks for and that are not among the source's columns, in order. Empty for what is no SQL:
     * whoever evaluates it says so.
     */
    public static List<String> missingIn(String expression, Collection<SourceColumn> source) {
        TreeSet<String> present = source.stream()
                .map(SourceColumn::name)
                .collect(Collectors.toCollection(() -> new TreeSet<>(String.CASE_INSENSITIVE_ORDER)));
        present.add(ChangeColumns.CHANGE);
        return ExpressionColumns.of(expression).stream()
                .filter(name -> !present.contains(name))
                .toList();
    }

    private boolean isPresent(String column) {
        return source.find(column).isPresent() && !gone.contains(column);
    }

    /** Curated has one column of names that differ in letter case only, and files are allowed to. */
    private boolean isPresentInAnyCase(String column) {
        return source.columns().stream()
                .anyMatch(found -> found.name().equalsIgnoreCase(column) && !gone.contains(found.name()));
    }

    /** Columns that the settings do not name: those that a policy added, and those that are in raw only. */
    private void undeclaredMissing() {
        for (SourceColumn column : before.values()) {
            if (isPresentInAnyCase(column.name()) || isUsed(column.name())) {
                continue;
            }
            if (settings.schema().newColumns() != NewColumns.ADD) {
                notes.add("column " + column.name() + " is no longer in the source; it was in raw only");
            } else if (settings.schema().missingColumns() == SchemaSettings.Drift.REPORT) {
                notes.add("column " + column.name() + " is missing in the source; " + targetName(column.name())
                        + " stays as it was");
            } else {
                refused.add("column " + column.name()
                        + " is missing in the source (schema.missing-columns: fail); set missing-columns: report to go"
                        + " on with " + targetName(column.name()) + " as it was");
            }
        }
    }

    private void changed() {
        for (ColumnSettings column : settings.schema().columns()) {
            SourceColumn now = source.find(column.sourceName()).orElse(null);
            SourceColumn then = before.get(column.sourceName());
            if (column.expression().isPresent()
                    || isOmitted(column)
                    || now == null
                    || then == null
                    || now.sourceType().equals(then.sourceType())) {
                continue;
            }
            String change =
                    "column " + column.sourceName() + " changed from " + then.sourceType() + " to " + now.sourceType();
            if (Casts.lossless(now.rawType(), column.type())) {
                notes.add(change + ", which still fits " + column.type());
                continue;
            }
            switch (settings.schema().changedColumns()) {
                case FAIL -> refused.add(change + ", which does not fit " + column.type()
                        + " (schema.changed-columns: fail); declare the new type, or set changed-columns: report to"
                        + " quarantine the rows that do not fit");
                case REPORT -> notes.add(change + "; rows that do not fit " + column.type() + " are quarantined");
            }
        }
    }

    private List<ColumnSettings> gained() {
        Set<String> names = settings.schema().columns().stream()
                .map(ColumnSettings::name)
                .collect(Collectors.toCollection(HashSet::new));
        if (settings.curate().mode() == CurateSettings.Mode.HISTORY) {
            names.addAll(HistoryColumns.ALL);
        }
        settings.markColumn().ifPresent(names::add);
        List<ColumnSettings> gained = new ArrayList<>();
        for (SourceColumn column : source.columns()) {
            if (FileColumns.ALL.contains(column.name()) || isUsed(column.name())) {
                continue;
            }
            boolean unseen = !before.isEmpty() && !before.containsKey(column.name());
            NewColumns policy = settings.schema().newColumns();
            if (policy == NewColumns.ADD) {
                ColumnSettings added = new ColumnSettings(
                        targetName(column.name()),
                        column.naturalType(),
                        true,
                        column.name(),
                        java.util.Optional.empty(),
                        java.util.Optional.empty());
                if (names.add(added.name())) {
                    gained.add(added);
                    if (unseen) {
                        notes.add("column " + column.name() + " is new in the source and was added as " + added.name()
                                + " " + added.type());
                    }
                } else {
                    refused.add("column " + column.name() + " cannot be added as " + added.name()
                            + ": a column of that name exists; declare it in schema.columns under another name");
                }
            } else if (unseen && policy == NewColumns.FAIL) {
                refused.add(
                        "column " + column.name() + " is new in the source (schema.new-columns: fail); declare it in"
                                + " schema.columns, or set new-columns: report to leave it in raw");
            } else if (unseen) {
                notes.add("column " + column.name() + " is new in the source; it is in raw only");
            }
        }
        return gained;
    }

    private void retyped(List<ColumnSettings> columns, List<Column> curated) {
        Map<String, Column> present = curated.stream().collect(Collectors.toMap(Column::name, Function.identity()));
        for (ColumnSettings column : columns) {
            Column has = present.get(column.name());
            if (has == null || has.type().equals(column.type())) {
                continue;
            }
            if (Casts.widens(has.type(), column.type())) {
                notes.add("column " + column.name() + " is widened from " + has.type() + " to " + column.type()
                        + "; curated is rewritten once");
            } else {
                refused.add("curated has column " + column.name() + " as " + has.type() + ", the settings declare "
                        + column.type() + "; rebuild the table with '" + settings.rebuildCommand() + "', or declare "
                        + has.type());
            }
        }
    }

    /** Whether a declared column comes from the source's column, by its name or in an expression. */
    private boolean isUsed(String name) {
        boolean marks = settings.curate()
                .deleteWhen()
                .filter(condition -> mentions(condition, name))
                .isPresent();
        return marks
                || settings.schema().columns().stream()
                        .anyMatch(column -> column.sourceName().equals(name)
                                || column.expression()
                                        .filter(expression -> mentions(expression, name))
                                        .isPresent());
    }

    /** Whether a column's name stands in an expression, as far as a look at its words tells. */
    public static boolean mentions(String expression, String column) {
        return Pattern.compile("(?i)(?<![\\w])" + Pattern.quote(column) + "(?![\\w])")
                .matcher(expression)
                .find();
    }

    private static String targetName(String name) {
        String cleaned = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        return Character.isDigit(cleaned.charAt(0)) ? "_" + cleaned : cleaned;
    }
}
