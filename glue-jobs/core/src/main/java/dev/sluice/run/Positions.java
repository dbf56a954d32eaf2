package dev.sluice.run;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BookmarkStore;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.TableState;
import dev.sluice.bookmark.Window;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Bookmark positions as people write and read them: {@code 2024-05-31} or {@code 12345}, whatever the table's bookmark
 * column holds; or as the ledger writes them, {@code day 2024-05-31}.
 */
public final class Positions {

    private static final String DATE = "\\d{4}-\\d{2}-\\d{2}";
    private static final String LEDGER_FORM = "(instant|wall-clock|day|sequence|offsets)\\s.*";

    /** What a table's positions are. */
    enum Kind {
        INSTANT,
        WALL_CLOCK,
        DAY,
        SEQUENCE,
        OFFSETS
    }

    private final SettingsStore settings;
    private final BookmarkStore bookmarks;

    /** Reads positions of tables as these stores know them. */
    public Positions(SettingsStore settings, BookmarkStore bookmarks) {
        this.settings = Objects.requireNonNull(settings, "settings");
        this.bookmarks = Objects.requireNonNull(bookmarks, "bookmarks");
    }

    /** The value without its kind; {@code -} for none. */
    public static String text(Optional<Position> position) {
        return position.map(value -> value.text().substring(value.text().indexOf(' ') + 1))
                .orElse("-");
    }

    /** The position that a text means in a table. Throws {@code REQUEST_INVALID}, saying how to write it. */
    public Position parse(TableName table, String text) {
        TableSettings item = settings.findTable(table).orElseThrow(() -> Ingest.missing("table", table.toString()));
        Optional<Kind> kind = kindOf(bookmarks.load(table), item);
        if (isLedgerForm(text)) {
            Position position = parseLedgerForm(text);
            if (kind.filter(own -> own != kindOf(position)).isPresent()) {
                throw unreadable(text, kind.get(), null);
            }
            return position;
        }
        return parse(
                text,
                kind.orElseThrow(() -> new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        "Cannot find position " + text + " in table " + table + ": it has no bookmark column whose type"
                                + " is known (extract.bookmark). A full table reads everything in each run anyway.")),
                settings.findSource(table.source())
                        .map(SourceSettings::timeZone)
                        .orElse(ZoneOffset.UTC));
    }

    /**
     * The range that is to be read again in all of these tables. Throws {@code REQUEST_INVALID}, also where what is written
     * means different positions in different tables; the ledger's form means the same in all.
     */
    public Window window(List<TableName> tables, Optional<String> from, Optional<String> to) {
        if (Stream.concat(from.stream(), to.stream()).allMatch(Positions::isLedgerForm)) {
            return new Window(from.map(Positions::parseLedgerForm), to.map(Positions::parseLedgerForm));
        }
        List<Window> windows = tables.stream()
                .map(table -> new Window(from.map(text -> parse(table, text)), to.map(text -> parse(table, text))))
                .distinct()
                .toList();
        if (windows.size() != 1) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    windows.isEmpty()
                            ? "Cannot backfill: no table is named. Name one."
                            : "Cannot backfill several tables at once: their bookmark columns are of different types."
                                    + " Name one table, or tables with bookmarks of one type.");
        }
        return windows.get(0);
    }

    private static boolean isLedgerForm(String text) {
        return text.strip().matches(LEDGER_FORM);
    }

    private static Position parseLedgerForm(String text) {
        try {
            return Position.parse(text.strip());
        } catch (DateTimeException | IllegalArgumentException | IndexOutOfBoundsException failure) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot read the position: " + text + ". The ledger's form is like 'instant 2026-01-31T00:00:00Z',"
                            + " 'wall-clock 2026-01-31T00:00', 'day 2026-01-31' or 'sequence 1200'.",
                    failure);
        }
    }

    /**
     * The kind of a table's positions: as the ledger has them, else as the declared type of the bookmark column says;
     * empty where the table has no bookmark column or does not declare it.
     */
    static Optional<Kind> kindOf(TableState state, TableSettings settings) {
        if (state.position().isPresent()) {
            return state.position().map(Positions::kindOf);
        }
        return settings.extract().bookmark().flatMap(bookmark -> settings.schema().columns().stream()
                .filter(column -> bookmark.columns().contains(column.sourceName()))
                .findFirst()
                .flatMap(column -> switch (column.type().ddl()) {
                    case "timestamp" -> Optional.of(Kind.INSTANT);
                    case "timestamp_ntz" -> Optional.of(Kind.WALL_CLOCK);
                    case "date" -> Optional.of(Kind.DAY);
                    case "smallint", "int", "bigint" -> Optional.of(Kind.SEQUENCE);
                    default -> Optional.empty();
                }));
    }

    /**
     * Reads a position of that kind: a number, a date, or a date with a time; a time without offset counts in {@code
     * zone} where an instant is wanted, and a date alone means its first moment.
     */
    static Position parse(String text, Kind kind, ZoneId zone) {
        try {
            return switch (kind) {
                case SEQUENCE -> new Position.Sequence(Long.parseLong(text.strip()));
                case DAY -> new Position.Day(LocalDate.parse(text.strip()));
                case WALL_CLOCK -> new Position.WallClock(localTime(text.strip()));
                case INSTANT -> new Position.At(instant(text.strip(), zone));
                case OFFSETS -> Position.parse("offsets " + text.strip());
            };
        } catch (DateTimeException | IllegalArgumentException | IndexOutOfBoundsException failure) {
            throw unreadable(text, kind, failure);
        }
    }

    private static SluiceException unreadable(String text, Kind kind, Throwable cause) {
        String form =
                switch (kind) {
                    case SEQUENCE -> "a number, like 12345.";
                    case DAY -> "a date, like 2024-05-31.";
                    case WALL_CLOCK -> "a time without zone, like 2024-05-31 or 2024-05-31T12:00:00.";
                    case OFFSETS -> "offsets of a topic, as 'sluice bookmark history' shows them.";
                    case INSTANT -> "an instant, like 2024-05-31, 2024-05-31T12:00:00Z or 2024-05-31T14:00:00+02:00.";
                };
        return new SluiceException(
                ErrorCode.REQUEST_INVALID,
                "Cannot read the position: " + text + ". The table's bookmark is " + form,
                cause);
    }

    private static Kind kindOf(Position position) {
        if (position instanceof Position.At) {
            return Kind.INSTANT;
        }
        if (position instanceof Position.WallClock) {
            return Kind.WALL_CLOCK;
        }
        if (position instanceof Position.Offsets) {
            return Kind.OFFSETS;
        }
        return position instanceof Position.Day ? Kind.DAY : Kind.SEQUENCE;
    }

    private static LocalDateTime localTime(String text) {
        return text.matches(DATE) ? LocalDate.parse(text).atStartOfDay() : LocalDateTime.parse(text.replace(' ', 'T'));
    }

    private static Instant instant(String text, ZoneId zone) {
        boolean offset = text.matches(".*(Z|[+-]\\d{2}(:?\\d{2})?)$") && !text.matches(DATE);
        return offset
                ? OffsetDateTime.parse(text.replace(' ', 'T'))
                        .withOffsetSameInstant(ZoneOffset.UTC)
                        .toInstant()
                : localTime(text).atZone(zone).toInstant();
    }
}
