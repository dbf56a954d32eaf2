package dev.sluice.extract.jdbc;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.extract.SourceColumn;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.TableName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A table's bookmark columns as SQL. A row's bookmark is the greatest of its columns; conditions are written so that an
 * index on each column serves the lower end.
 *
 * @param columns names as the source spells them; at least one
 * @param kind what the columns hold
 * @param nullability whether a row may have NULL in all of them
 * @param dialect writes the SQL
 */
record BookmarkColumns(List<String> columns, Kind kind, SourceColumn.Nullability nullability, Dialect dialect) {

    /** What orders the rows. */
    enum Kind {
        INSTANT("timestamp with time zone"),
        WALL_CLOCK("timestamp without time zone"),
        DAY("date"),
        SEQUENCE("whole number");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    /** Which rows with NULL in every bookmark column a condition lets through. */
    enum NullRows {
        INCLUDED,
        LEFT_OUT
    }

    /** The bookmark of a table's settings; throws {@code COLUMN_MISSING} or {@code BOOKMARK_UNUSABLE}. */
    static BookmarkColumns of(TableName table, BookmarkSettings settings, RelationFacts facts, Dialect dialect) {
        Optional<Kind> kind = Optional.empty();
        boolean nullable = true;
        for (String name : settings.columns()) {
            RelationFacts.ColumnFacts column = facts.columns().stream()
                    .filter(candidate -> candidate.name().equals(name))
                    .findFirst()
                    .orElseThrow(
                            () -> new SluiceException(
                                    ErrorCode.COLUMN_MISSING,
                                    "Cannot read table " + table + ": the source has no bookmark column " + name
                                            + ". Check extract.bookmark.columns; names are spelled as the catalog spells them"));
            Kind own = column.order().orElseThrow(() -> unusable(table, column));
            if (kind.isPresent() && kind.get() != own) {
                throw new SluiceException(
                        ErrorCode.BOOKMARK_UNUSABLE,
                        "Cannot order rows of table " + table + ": its bookmark columns " + settings.columns()
                                + " are of different kinds (" + kind.get().words + ", " + own.words
                                + "). Name columns of one type in extract.bookmark.columns");
            }
            kind = Optional.of(own);
            nullable &= column.nullability() == SourceColumn.Nullability.NULLABLE;
        }
        return new BookmarkColumns(
                settings.columns(),
                kind.orElseThrow(),
                nullable ? SourceColumn.Nullability.NULLABLE : SourceColumn.Nullability.NOT_NULL,
                dialect);
    }

    private static SluiceException unusable(TableName table, RelationFacts.ColumnFacts column) {
        return new SluiceException(
                ErrorCode.BOOKMARK_UNUSABLE,
                "Cannot order rows of table " + table + " by bookmark column " + column.name() + ": its type is "
                        + column.declared()
                        + ". Name a timestamp, date, integer or numeric(18,0) column in extract.bookmark.columns,"
                        + " or set extract.strategy to full");
    }

    /** A row's bookmark. */
    String value() {
        return columns.size() == 1
                ? dialect.identifier(columns.get(0))
                : dialect.greatest(columns.stream().map(dialect::identifier).toList());
    }

    /** The condition of a window; {@link JdbcTable#EVERY} for one that is open at both ends. */
    String condition(TableName table, Window window, NullRows nullRows) {
        Optional<String> lower = window.from().map(position -> columns.stream()
                .map(name -> dialect.identifier(name) + " >= " + sql(table, position))
                .collect(Collectors.joining(" OR ", "(", ")")));
        Optional<String> upper = window.to().map(position -> value() + " < " + sql(table, position));
        if (lower.isEmpty() && upper.isEmpty()) {
            return nullRows == NullRows.INCLUDED || nullability == SourceColumn.Nullability.NOT_NULL
                    ? JdbcTable.EVERY
                    : "NOT (" + isNull() + ")";
        }
        String both = lower.isPresent() && upper.isPresent()
                ? lower.get() + " AND " + upper.get()
                : lower.or(() -> upper).orElseThrow();
        return nullRows == NullRows.INCLUDED && nullability == SourceColumn.Nullability.NULLABLE
                ? "(" + both + " OR " + isNull() + ")"
                : both;
    }

    /** The condition that a row has no bookmark. */
    String isNull() {
        return columns.stream()
                .map(name -> dialect.identifier(name) + " IS NULL")
                .collect(Collectors.joining(" AND "));
    }

    /** A position as a value of the columns' type. */
    String sql(TableName table, Position position) {
        boolean fits =
                switch (kind) {
                    case INSTANT -> position instanceof Position.At;
                    case WALL_CLOCK -> position instanceof Position.WallClock;
                    case DAY -> position instanceof Position.Day;
                    case SEQUENCE -> position instanceof Position.Sequence;
                };
        if (fits) {
            return dialect.position(position);
        }
        throw new SluiceException(
                ErrorCode.REQUEST_INVALID,
                "Cannot read table " + table + " from position " + position.text() + ": its bookmark columns " + columns
                        + " hold a " + kind.words
                        + ". Rewind the bookmark to a position of that kind, or set extract.bookmark.columns back");
    }
}
