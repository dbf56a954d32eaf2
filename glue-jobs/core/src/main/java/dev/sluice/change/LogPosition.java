package dev.sluice.change;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An event's place in the log of its database, as text whose order is that of the log: the transaction's place, whether the
 * row is one of a snapshot (0) or a change (1), the place within the transaction.
 *
 * <p>PostgreSQL's stream is in the order of commits while the places of changes interleave, so a transaction's place is the
 * end of the one committed before it ({@code source.sequence}), and then comes the change's own. The first transaction after
 * a snapshot has none before it: it is placed at the snapshot, whose rows come before every change. MySQL and MariaDB write
 * their log in the order of commits: file, position and row.
 *
 * @param transaction the transaction's place; empty for the first after a snapshot
 * @param kind whether it is a row of a snapshot or a change
 * @param within the place within the transaction
 */
record LogPosition(Optional<String> transaction, Kind kind, String within) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern BINLOG = Pattern.compile(".*\\.(\\d{1,10})");

    enum Kind {
        SNAPSHOT,
        CHANGE
    }

    static LogPosition of(Map<?, ?> source, String operation) throws UnreadableEventException {
        String snapshot = String.valueOf(source.get("snapshot"));
        // Rows that an incremental snapshot reads come between changes, at the place of the last one.
        Kind kind = operation.equals("r") && !snapshot.equals("incremental") ? Kind.SNAPSHOT : Kind.CHANGE;
        String connector = String.valueOf(source.get("connector"));
        return switch (connector) {
            case "postgresql" -> postgres(source, kind);
            case "mysql", "mariadb" -> mysql(source, kind);
            default -> throw new UnplacedEventException(
                    "comes from a connector whose log cannot be ordered: " + connector);
        };
    }

    /** The text, where {@code snapshot} is the place of the snapshot that the stream began with. */
    String text(String snapshot) {
        return transaction.orElse(snapshot) + "-" + kind.ordinal() + "-" + within;
    }

    /** Before every row of the snapshot at this place, and after every change that it has seen. */
    static String beginning(String snapshot) {
        return snapshot + "-" + Kind.SNAPSHOT.ordinal();
    }

    private static LogPosition postgres(Map<?, ?> source, Kind kind) throws UnreadableEventException {
        String place = hexadecimal(number(source, "lsn"));
        if (kind == Kind.SNAPSHOT) {
            return new LogPosition(Optional.of(place), kind, hexadecimal(0));
        }
        Optional<String> before = Optional.empty();
        if (source.get("sequence") instanceof String sequence) {
            try {
                JsonNode committed = JSON.readTree(sequence).path(0);
                before = committed.isTextual()
                        ? Optional.of(hexadecimal(Long.parseLong(committed.textValue())))
                        : Optional.empty();
            } catch (JsonProcessingException | NumberFormatException failure) {
                throw new UnplacedEventException("has no readable source.sequence");
            }
        }
        return new LogPosition(before, kind, place);
    }

    private static LogPosition mysql(Map<?, ?> source, Kind kind) throws UnreadableEventException {
        Matcher file = BINLOG.matcher(String.valueOf(source.get("file")));
        if (!file.matches()) {
            throw new UnplacedEventException("has no readable source.file");
        }
        long position = number(source, "pos");
        if (position < 0) {
            throw new UnplacedEventException("has no position in the binary log; on MariaDB from 11.4 on, set"
                    + " binlog_legacy_event_pos=ON and take a new snapshot");
        }
        String place = "%010d.%020d".formatted(Long.parseLong(file.group(1)), position);
        long row = kind == Kind.SNAPSHOT ? 0 : number(source, "row");
        return new LogPosition(Optional.of(place), kind, "%010d".formatted(row));
    }

    private static long number(Map<?, ?> source, String field) throws UnreadableEventException {
        if (source.get(field) instanceof Long number) {
            return number;
        }
        throw new UnplacedEventException("has no source." + field);
    }

    private static String hexadecimal(long place) {
        return "%016x".formatted(place);
    }
}
