package dev.sluice.extract;

import static dev.sluice.database.SqlText.identifier;
import static dev.sluice.database.SqlText.literal;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
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
 */
record PostgresBookmark(List<String> columns, Kind kind, SourceColumn.Nullability nullability) {

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
    static PostgresBookmark of(TableName table, BookmarkSettings settings, RelationFacts facts) {
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
            Kind own = findKind(column.type()).orElseThrow(() -> unusable(table, column));
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
        return new PostgresBookmark(
                settings.columns(),
                kind.orElseThrow(),
                nullable ? SourceColumn.Nullability.NULLABLE : SourceColumn.Nullability.NOT_NULL);
    }

    /** The kind of bookmark a type can serve as; empty where its values do not order changes. */
    static Optional<Kind> findKind(CatalogType type) {
        if (!type.schema().equals("pg_catalog") || type.element() == CatalogType.Shape.ARRAY) {
            return Optional.empty();
        }
        return switch (type.name()) {
            case "timestamptz" -> Optional.of(Kind.INSTANT);
            case "timestamp" -> Optional.of(Kind.WALL_CLOCK);
            case "date" -> Optional.of(Kind.DAY);
            case "int2", "int4", "int8" -> Optional.of(Kind.SEQUENCE);
            case "numeric" -> type.precision() >= 1 && type.precision() <= 18 && type.scale() == 0
                    ? Optional.of(Kind.SEQUENCE)
                    : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static SluiceException unusable(TableName table, RelationFacts.ColumnFacts column) {
        return new SluiceException(
                ErrorCode.BOOKMARK_UNUSABLE,
                "Cannot order rows of table " + table + " by bookmark column " + column.name() + ": its type is "
                        + column.type().declared()
                        + ". Name a timestamp, date, integer or numeric(18,0) column in extract.bookmark.columns,"
                        + " or set extract.strategy to full");
    }

    /** A row's bookmark. */
    String value() {
        return columns.size() == 1
                ? identifier(columns.get(0))
                : columns.stream().map(name -> identifier(name)).collect(Collectors.joining(", ", "GREATEST(", ")"));
    }

    /** The condition of a window; TRUE for one that is open at both ends. */
    String condition(TableName table, Window window, NullRows nullRows) {
        Optional<String> lower = window.from().map(position -> columns.stream()
                .map(name -> identifier(name) + " >= " + sql(table, position))
                .collect(Collectors.joining(" OR ", "(", ")")));
        Optional<String> upper = window.to().map(position -> value() + " < " + sql(table, position));
        if (lower.isEmpty() && upper.isEmpty()) {
            return nullRows == NullRows.INCLUDED || nullability == SourceColumn.Nullability.NOT_NULL
                    ? "TRUE"
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
        return columns.stream().map(name -> identifier(name) + " IS NULL").collect(Collectors.joining(" AND "));
    }

    /** A position as a value of the columns' type. */
    String sql(TableName table, Position position) {
        if (kind == Kind.INSTANT && position instanceof Position.At at) {
            return literal(at.instant().toString()) + "::timestamptz";
        }
        if (kind == Kind.WALL_CLOCK && position instanceof Position.WallClock wallClock) {
            return literal(wallClock.time().toString()) + "::timestamp";
        }
        if (kind == Kind.DAY && position instanceof Position.Day day) {
            return literal(day.date().toString()) + "::date";
        }
        if (kind == Kind.SEQUENCE && position instanceof Position.Sequence sequence) {
            return literal(Long.toString(sequence.value())) + "::bigint";
        }
        throw new SluiceException(
                ErrorCode.REQUEST_INVALID,
                "Cannot read table " + table + " from position " + position.text() + ": its bookmark columns " + columns
                        + " hold a " + kind.words
                        + ". Rewind the bookmark to a position of that kind, or set extract.bookmark.columns back");
    }
}
