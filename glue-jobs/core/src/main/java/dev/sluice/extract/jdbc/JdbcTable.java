package dev.sluice.extract.jdbc;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Window;
import dev.sluice.database.DatabaseKind;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.database.SqlFailures;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceColumn;
import dev.sluice.extract.SourceTable;
import dev.sluice.extract.jdbc.BookmarkColumns.NullRows;
import dev.sluice.settings.ExtractSettings;
import dev.sluice.settings.Relation;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A relation as SQL of its database: what stands behind FROM, each column's expression, and the condition of a window.
 * Whoever compares or reads rows of a source builds statements from these parts, so all see the same values.
 */
public final class JdbcTable {

    /** The condition that every row meets, as all kinds of database write it. */
    static final String EVERY = "1 = 1";

    private final TableName name;
    private final ExtractSettings extract;
    private final RelationFacts facts;
    private final Dialect dialect;
    private final List<JdbcColumn> columns;
    private final Optional<BookmarkColumns> bookmark;

    private JdbcTable(TableName name, ExtractSettings extract, RelationFacts facts, Dialect dialect) {
        this.name = name;
        this.extract = extract;
        this.facts = facts;
        this.dialect = dialect;
        this.columns =
                facts.columns().stream().map(column -> column(column, dialect)).toList();
        this.bookmark = extract.bookmark().map(settings -> BookmarkColumns.of(name, settings, facts, dialect));
    }

    /**
     * Describes a table item's relation from the catalog, in the connection's transaction if it has one. Throws {@code
     * RELATION_MISSING}, {@code COLUMN_MISSING} and {@code BOOKMARK_UNUSABLE}.
     */
    public static JdbcTable load(Connection connection, JdbcEndpoint endpoint, TableSettings settings) {
        return load(connection, endpoint, settings, Dialect.of(endpoint));
    }

    static JdbcTable load(Connection connection, JdbcEndpoint endpoint, TableSettings settings, Dialect dialect) {
        try {
            return new JdbcTable(
                    settings.name(),
                    settings.extract(),
                    dialect.describe(
                            connection, settings.name(), settings.extract().relation()),
                    dialect);
        } catch (SQLException failure) {
            String action = "describe table " + settings.name();
            throw settings.extract().relation() instanceof Relation.Query
                    ? SqlFailures.ofSettings(action, "extract.query", endpoint, failure)
                    : SqlFailures.of(action, endpoint, failure);
        }
    }

    /** The kind of database it is a relation of. */
    public DatabaseKind kind() {
        return dialect.kind();
    }

    /** The relation in the terms of every kind of source. */
    public SourceTable description() {
        return new SourceTable(columns.stream().map(JdbcColumn::column).toList(), facts.primaryKey());
    }

    /** The columns in the source's order. */
    public List<JdbcColumn> columns() {
        return columns;
    }

    /** The column of that name, as the source spells it. */
    public Optional<JdbcColumn> find(String column) {
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
            return dialect.from(table, facts);
        }
        return "(" + ((Relation.Query) extract.relation()).sql() + "\n) sluice_query";
    }

    /** The settings' filter as a condition; one that always holds where there is none. */
    public String filter() {
        return extract.filter().map(filter -> "(" + filter + "\n)").orElse(EVERY);
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
        return unrepresentable(columns);
    }

    /** The same of some columns. */
    Optional<String> unrepresentable(List<JdbcColumn> some) {
        List<JdbcColumn> risky = some.stream()
                .filter(column -> column.unrepresentable().isPresent())
                .toList();
        if (risky.isEmpty()) {
            return Optional.empty();
        }
        String any = risky.stream()
                .map(column -> column.unrepresentable().orElseThrow())
                .collect(Collectors.joining(" OR "));
        return Optional.of("CASE WHEN " + any + " THEN " + dialect.unrepresentable(risky) + " END");
    }

    /** Reads text of a column as the server writes it, for values that have no raw form. */
    public String lostText(JdbcColumn column) {
        return "CASE WHEN " + column.unrepresentable().orElseThrow() + " THEN "
                + dialect.kind().text(dialect.identifier(column.column().name())) + " END";
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

    Dialect dialect() {
        return dialect;
    }

    Optional<BookmarkColumns> bookmark() {
        return bookmark;
    }

    /** A window without the filter. */
    String windowCondition(Window window, NullRows nullRows) {
        if (bookmark.isPresent()) {
            return bookmark.get().condition(name, window, nullRows);
        }
        if (window.equals(Window.ALL)) {
            return EVERY;
        }
        throw new SluiceException(
                ErrorCode.REQUEST_INVALID,
                "Cannot read a range of table " + name + ": " + window
                        + ". Its extract.strategy is full, so no column orders its rows."
                        + " Name extract.bookmark.columns, or read everything");
    }

    static String and(String one, String other) {
        if (one.equals(EVERY)) {
            return other;
        }
        return other.equals(EVERY) ? one : one + " AND " + other;
    }

    private static JdbcColumn column(RelationFacts.ColumnFacts facts, Dialect dialect) {
        TypeMapping mapping = facts.mapping();
        String value = dialect.identifier(facts.name());
        return new JdbcColumn(
                new SourceColumn(
                        facts.name(),
                        facts.declared(),
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
