package dev.sluice.settings;

import java.time.ZoneId;
import java.util.Objects;

/**
 * A source item: a system that tables are read from or loaded into.
 *
 * @param source its name, unique in a settings store
 * @param version the version of the item's shape
 * @param kind what the system is
 * @param connection where it is reached
 * @param timeZone the zone in which its timestamps without time zone were written
 * @param maxConcurrentTables how many of its tables one run works on at a time; at least 1
 */
public record SourceSettings(
        String source,
        int version,
        SourceKind kind,
        ConnectionSettings connection,
        ZoneId timeZone,
        int maxConcurrentTables) {

    public static final ZoneId DEFAULT_TIME_ZONE = ZoneId.of("UTC");
    public static final int DEFAULT_MAX_CONCURRENT_TABLES = 4;

    public SourceSettings {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(connection, "connection");
        Objects.requireNonNull(timeZone, "timeZone");
        if (maxConcurrentTables < 1) {
            throw new IllegalArgumentException("max-concurrent-tables must be at least 1: " + maxConcurrentTables);
        }
    }
}
