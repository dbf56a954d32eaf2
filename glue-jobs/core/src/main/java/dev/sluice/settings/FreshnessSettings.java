package dev.sluice.settings;

import java.time.Duration;
import java.util.Objects;

/** How far the lake and the target database may be behind the source before the table counts as late. */
public record FreshnessSettings(Duration lake, Duration database) {

    public static final Duration DEFAULT_LAKE = Duration.ofMinutes(60);
    public static final Duration DEFAULT_DATABASE = Duration.ofMinutes(30);

    public FreshnessSettings {
        Objects.requireNonNull(lake, "lake");
        Objects.requireNonNull(database, "database");
    }
}
