package dev.sluice.extract;

import static dev.sluice.database.SqlText.identifier;
import static dev.sluice.database.SqlText.literal;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Window;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.database.SqlFailures;
import dev.sluice.extract.PostgresBookmark.NullRows;
import dev.sluice.settings.ExtractSettings;
import dev.sluice.settings.Relation;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A relation of PostgreSQL as SQL: what stands behind FROM, each column's expression, and the condition of a window.
 * Whoever compares or reads rows of a source builds statements from these parts, so all see the same values.
 */
public final class PostgresTable {

    /** Arguments one SQL function may have are limited to 100; two make one member of an object. */
    private static final int MEMBERS_PER_OBJECT = 40;

    private final TableName name;
    private final ExtractSettings extract;
    private final RelationFacts facts;
    private final List<PostgresColumn> columns;
    private final Optional<PostgresBookmark> bookmark;

    private PostgresTable(TableName name, ExtractSettings extract, RelationFacts facts) {
        this.name = name;
        this.extract = extract;
        this.facts = facts;
        this.columns = facts.columns().stream()
                .map(column -> column(column, facts.serverVersion()))
                .toList();
        this.bookmark = extract.bookmark().map(settings -> PostgresBookmark.of(name, settings, facts));
    }

    /**
     * Describes a table item's relation from the catalog, in the connection's transaction if it has one. Throws {@code
     * RELATION_MISSING}, {@code COLUMN_MISSING} and {@code BOOKMARK_UNUSABLE}.
     */
    public static PostgresTable load(Connection connection, JdbcEndpoint endpoint, TableSettings settings) {
        try {
            return new PostgresTable(
                    settings.name(),
                    settings.extract(),
                    PostgresCatalog.describe(
                            connection, settings.name(), settings.extract().relation()));
        } catch (SQLException failure) {
            String action = "describe table " + settings.name();
            throw settings.extract().relation() instanceof Relation.Query
                    ? SqlFailures.ofSettings(action, "extract.query", endpoint, failure)
                    : SqlFailures.of(action, endpoint, failure);
        }
    }

    /** The relation in the terms of every kind of source. */
    public SourceTable description() {
        return new SourceTable(columns.stream().map(PostgresColumn::column).toList(), facts.primaryKey());
    }

    /** The columns in the source's order. */
    public List<PostgresColumn> columns() {
        return columns;
    }

    /** The column of that name, as the source spells it. */
    public Optional<PostgresColumn> find(String column) {
        return columns.stream()
                .filter(candidate -> candidate.column().name().equals(column))
                .findFirst();
    }

    /** The SQL expression of a column's primitive form. Throws {@code COLUMN_MISSING}. */
    public String selectExpression(String column) {
        return find(column)
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.COLUMN_MISSING,
                        "Cannot read table " + name + ": the source has no column " + column
                                + ". Check the table's schema.columns"))
                .selectExpression();
    }

    /** What stands behind FROM; column names need no prefix. */
    public String from() {
        if (extract.relation() instanceof Relation.Table table) {
            return identifier(table.schema(), table.name());
        }
        return "(" + ((Relation.Query) extract.relation()).sql() + "\n) AS sluice_query";
    }

    /** The settings' filter as a condition; TRUE where there is none. */
    public String filter() {
        return extract.filter().map(filter -> "(" + filter + "\n)").orElse("TRUE");
    }

    /**
     * What stands behind WHERE for the rows of a window: the filter and the window. Rows without a bookmark belong to it
     * where it is open above.
     */
    public String condition(Window window) {
        return and(filter(), windowCondition(window, window.to().isEmpty() ? NullRows.INCLUDED : NullRows.LEFT_OUT));
    }

    /**
     * The SQL expression of {@link Snapshot#UNREPRESENTABLE}: a JSON object as text, or NULL for ordinary rows. Empty
     * where no column can hold such a value.
     */
    public Optional<String> unrepresentable() {
        List<PostgresColumn> risky = columns.stream()
                .filter(column -> column.unrepresentable().isPresent())
                .toList();
        if (risky.isEmpty()) {
            return Optional.empty();
        }
        String any = risky.stream()
                .map(column -> column.unrepresentable().orElseThrow())
                .collect(Collectors.joining(" OR "));
        List<String> objects = new ArrayList<>();
        for (int start = 0; start < risky.size(); start += MEMBERS_PER_OBJECT) {
            objects.add(risky.subList(start, Math.min(start + MEMBERS_PER_OBJECT, risky.size())).stream()
                    .map(PostgresTable::member)
                    .collect(Collectors.joining(", ", "jsonb_build_object(", ")")));
        }
        return Optional.of(
                "CASE WHEN " + any + " THEN jsonb_strip_nulls(" + String.join(" || ", objects) + ")::text END");
    }

    TableName name() {
        return name;
    }

    ExtractSettings extract() {
        return extract;
    }

    RelationFacts facts() {
        return facts;
    }

    Optional<PostgresBookmark> bookmark() {
        return bookmark;
    }

    /** A window without the filter. */
    String windowCondition(Window window, NullRows nullRows) {
        if (bookmark.isPresent()) {
            return bookmark.get().condition(name, window, nullRows);
        }
        if (window.equals(Window.ALL)) {
            return "TRUE";
        }
        throw new SluiceException(
                ErrorCode.REQUEST_INVALID,
                "Cannot read a range of table " + name + ": " + window
                        + ". Its extract.strategy is full, so no column orders its rows."
                        + " Name extract.bookmark.columns, or read everything");
    }

    static String and(String one, String other) {
        if (one.equals("TRUE")) {
            return other;
        }
        return other.equals("TRUE") ? one : one + " AND " + other;
    }

    private static String member(PostgresColumn column) {
        String value = identifier(column.column().name());
        return literal(column.column().name()) + ", CASE WHEN "
                + column.unrepresentable().orElseThrow() + " THEN " + value + "::text END";
    }

    private static PostgresColumn column(RelationFacts.ColumnFacts facts, int serverVersion) {
        PostgresTypes.Mapping mapping = PostgresTypes.map(facts.type(), serverVersion);
        String value = identifier(facts.name());
        return new PostgresColumn(
                new SourceColumn(
                        facts.name(),
                        facts.type().declared(),
                        mapping.raw(),
                        mapping.natural(),
                        facts.nullability(),
                        mapping.note()),
                mapping.select().apply(value),
                mapping.primitive(),
                mapping.encoding(),
                mapping.unrepresentable().map(condition -> condition.apply(value)));
    }
}
