package dev.sluice.extract.jdbc;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Observation;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.database.SqlFailures;
import dev.sluice.extract.Bound;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Promise;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceColumn;
import dev.sluice.extract.SourceTable;
import dev.sluice.extract.jdbc.BookmarkColumns.NullRows;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.Relation;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A table opened in its database: one connection, in auto-commit mode until the snapshot is opened. */
final class JdbcExtraction implements Extraction {

    private final Connection connection;
    private final SourceSettings source;
    private final JdbcEndpoint endpoint;
    private final TableSettings settings;
    private JdbcTable table;

    JdbcExtraction(
            Connection connection,
            SourceSettings source,
            JdbcEndpoint endpoint,
            TableSettings settings,
            JdbcTable table) {
        this.connection = connection;
        this.source = source;
        this.endpoint = endpoint;
        this.settings = settings;
        this.table = table;
    }

    @Override
    public SourceTable describe() {
        return table.description();
    }

    @Override
    public Promise promise() {
        return call(() -> Promises.of(
                table.dialect().look(connection, table),
                connection,
                table,
                table.extract().bookmark()));
    }

    @Override
    public List<String> advice() {
        return call(() -> {
            List<String> advice = new ArrayList<>(
                    BookmarkAdvice.of(connection, table, settings.curate().mode()));
            advice.addAll(table.dialect().advice(table));
            return advice;
        });
    }

    @Override
    public Bound fixBound(Optional<Position> from, List<Observation> observations) {
        return call(() -> {
            if (!connection.getAutoCommit()) {
                throw new IllegalStateException("The bound is fixed before the snapshot is opened");
            }
            Optional<BookmarkSettings> bookmark = table.extract().bookmark();
            if (bookmark.isEmpty()) {
                Transactions look = table.dialect().look(connection, table);
                return new Bound(Optional.empty(), List.of(), look.now(), Bound.Guarantee.FULL_READ, Optional.empty());
            }
            return new BoundFixer(connection, table, table.bookmark().orElseThrow(), bookmark.get(), source.timeZone())
                    .fix(from, observations);
        });
    }

    @Override
    public News hasNews(Window window) {
        refuseRowsWithoutBookmark(window);
        String rows = exists(JdbcTable.and(table.filter(), table.windowCondition(window, NullRows.LEFT_OUT)));
        boolean nullsCount = window.to().isEmpty()
                && table.bookmark()
                        .filter(bookmark -> bookmark.nullability() == SourceColumn.Nullability.NULLABLE)
                        .isPresent();
        String question = nullsCount
                ? rows + " OR "
                        + exists(JdbcTable.and(
                                table.filter(), table.bookmark().orElseThrow().isNull()))
                : rows;
        return call(() -> asks(question)) ? News.SOME : News.NONE;
    }

    @Override
    public Estimate estimate(Window window) {
        return call(() -> {
            Optional<Long> estimated = table.dialect().estimatedRows(connection, table, window);
            return estimated.isPresent()
                    ? new Estimate(estimated.get(), Estimate.Basis.STATISTICS)
                    : new Estimate(
                            number("SELECT count(*) FROM " + table.from() + " WHERE " + table.condition(window)),
                            Estimate.Basis.COUNT);
        });
    }

    @Override
    public Snapshot openSnapshot() {
        return call(() -> {
            connection.setAutoCommit(false);
            try {
                String readersBegin = table.dialect().beginSnapshot(connection, table);
                table = JdbcTable.load(
                        connection, endpoint, settings, table.dialect().pinned(connection, table));
                return new JdbcSnapshot(this, table, endpoint, readersBegin);
            } catch (SQLException | RuntimeException failure) {
                try {
                    endSnapshot();
                } catch (SluiceException second) {
                    failure.addSuppressed(second);
                }
                throw failure;
            }
        });
    }

    @Override
    public News hasValues(String column, Optional<Position> before) {
        JdbcColumn found = table.find(column)
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.COLUMN_MISSING,
                        "Cannot look for values in table " + settings.name() + ": the source has no column " + column
                                + ". Check the table's schema.columns"));
        String rows = JdbcTable.and(
                table.filter(),
                table.windowCondition(
                        new Window(Optional.empty(), before),
                        before.isEmpty() ? NullRows.INCLUDED : NullRows.LEFT_OUT));
        String present = table.dialect().identifier(found.column().name()) + " IS NOT NULL";
        return call(() -> asks(exists(JdbcTable.and(rows, present)))) ? News.SOME : News.NONE;
    }

    @Override
    public void close() {
        call(() -> {
            connection.close();
            return null;
        });
    }

    /** Ends the snapshot's transaction. */
    void endSnapshot() {
        call(() -> {
            if (!connection.isClosed() && !connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
            return null;
        });
    }

    /**
     * A row without a bookmark belongs to every window that is open above. Where each row is to be read once, that is no
     * place for it, so it is refused rather than passed over.
     */
    void refuseRowsWithoutBookmark(Window window) {
        if (window.to().isEmpty()
                || settings.curate().mode() != CurateSettings.Mode.APPEND
                || table.bookmark()
                        .filter(bookmark -> bookmark.nullability() == SourceColumn.Nullability.NULLABLE)
                        .isEmpty()) {
            return;
        }
        BookmarkColumns bookmark = table.bookmark().get();
        String condition = JdbcTable.and(table.filter(), bookmark.isNull());
        long rows = call(() ->
                asks(exists(condition)) ? number("SELECT count(*) FROM " + table.from() + " WHERE " + condition) : 0L);
        if (rows > 0) {
            throw new SluiceException(
                    ErrorCode.BOOKMARK_UNUSABLE,
                    "Cannot read table " + settings.name() + " row by row once: " + rows
                            + (rows == 1 ? " row has" : " rows have") + " NULL in bookmark "
                            + (bookmark.columns().size() == 1 ? "column " : "columns ")
                            + String.join(", ", bookmark.columns())
                            + ". Make the column NOT NULL with a default, read a query with coalesce as"
                            + " extract.relation, or set curate.mode to merge");
        }
    }

    /** Asks on the extraction's own connection. */
    <T> T ask(Question<T> question) {
        return call(() -> question.ask(connection));
    }

    /** The first row of a statement's result as numbers; NULL as an empty one. */
    List<Optional<Long>> numbers(String sql, int columns) {
        return call(() -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(sql)) {
                row.next();
                List<Optional<Long>> numbers = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    long value = row.getLong(i);
                    numbers.add(row.wasNull() ? Optional.empty() : Optional.of(value));
                }
                return numbers;
            }
        });
    }

    private String exists(String condition) {
        return "EXISTS (SELECT 1 FROM " + table.from() + " WHERE " + condition + ")";
    }

    private boolean asks(String condition) throws SQLException {
        return asks(connection, table, condition);
    }

    /** Whether a condition over no row of its own holds; not every kind of database has truth values. */
    static boolean asks(Connection connection, JdbcTable table, String condition) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT CASE WHEN " + condition + " THEN 1 ELSE 0 END"
                        + table.dialect().fromNothing())) {
            row.next();
            return row.getInt(1) == 1;
        }
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private <T> T call(SqlCall<T> action) {
        try {
            return action.call();
        } catch (SQLException failure) {
            String reading =
                    "read table " + settings.name() + " (" + settings.extract().relation() + ")";
            // A query was accepted when the table was described, so what is refused later is the filter's.
            if (settings.extract().filter().isPresent()) {
                throw SqlFailures.ofSettings(reading, "extract.filter", endpoint, failure);
            }
            throw settings.extract().relation() instanceof Relation.Query
                    ? SqlFailures.ofSettings(reading, "extract.query", endpoint, failure)
                    : SqlFailures.of(reading, endpoint, failure);
        }
    }

    /** A question to the source. */
    interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    /** Something that may fail in the driver. */
    private interface SqlCall<T> {
        T call() throws SQLException;
    }
}
