package dev.sluice.extract.files;

import dev.sluice.settings.FileSettings.Partitions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.Optional;

/**
 * Folders that tell when their files came. A look leaves a point behind, before which everything is taken; the next listing
 * begins with the folder of {@code late} before it.
 */
final class TimeFolders {

    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

    private final Partitions partitions;
    private final DateTimeFormatter layout;
    private final int width;

    TimeFolders(Partitions partitions) {
        this.partitions = partitions;
        this.layout = new DateTimeFormatterBuilder()
                .appendPattern(partitions.layout())
                .parseDefaulting(ChronoField.MONTH_OF_YEAR, 1)
                .parseDefaulting(ChronoField.DAY_OF_MONTH, 1)
                .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
                .toFormatter()
                .withZone(ZoneOffset.UTC);
        this.width = layout.format(FIRST).length();
    }

    /** The folder that a listing begins with. */
    String start(Instant point) {
        return layout.format(point.minus(partitions.late()));
    }

    /**
     * The latest point that is not after {@code point} and has a file listed again.
     *
     * @param name of the file, below the folders' own; one that they hold
     */
    Instant listing(String name, Instant point) {
        if (SourceFiles.ORDER.compare(start(point), name) <= 0) {
            return point;
        }
        return folder(name).orElseThrow().plus(partitions.late());
    }

    /** Whether a name tells a time. What lies elsewhere is none of the table's: a listing may begin behind it. */
    boolean hold(String name) {
        return folder(name).isPresent();
    }

    private Optional<Instant> folder(String name) {
        if (name.length() < width) {
            return Optional.empty();
        }
        try {
            return Optional.of(layout.parse(name.substring(0, width), Instant::from));
        } catch (DateTimeParseException other) {
            return Optional.empty();
        }
    }
}
