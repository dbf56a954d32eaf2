package dev.sluice.cli;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.TableState;
import dev.sluice.settings.TableSettings;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/** Bookmark positions as people write and read them. */
final class Positions {

    private static final String DATE = "\\d{4}-\\d{2}-\\d{2}";

    /** What a table's positions are. */
    enum Kind {
        INSTANT,
        WALL_CLOCK,
        DAY,
        SEQUENCE
    }

    private Positions() {}

    /** The value without its kind; {@code -} for none. */
    static String text(Optional<Position> position) {
        return position.map(value -> value.text().substring(value.text().indexOf(' ') + 1))
                .orElse("-");
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
            };
        } catch (DateTimeException | NumberFormatException failure) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot read the position: " + text + ". "
                            + switch (kind) {
                                case SEQUENCE -> "The table's bookmark is a number, like 12345.";
                                case DAY -> "The table's bookmark is a date, like 2024-05-31.";
                                case WALL_CLOCK -> "The table's bookmark is a time without zone,"
                                        + " like 2024-05-31 or 2024-05-31T12:00:00.";
                                case INSTANT -> "The table's bookmark is an instant,"
                                        + " like 2024-05-31, 2024-05-31T12:00:00Z or 2024-05-31T14:00:00+02:00.";
                            },
                    failure);
        }
    }

    private static Kind kindOf(Position position) {
        if (position instanceof Position.At) {
            return Kind.INSTANT;
        }
        if (position instanceof Position.WallClock) {
            return Kind.WALL_CLOCK;
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
