package dev.sluice.settings;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads {@code maintain} and holds it against the rest of the item. */
final class MaintenanceReader {

    private static final Duration SHORTEST = Duration.ofDays(1);

    /** Beyond these, Z-order brings rows of no column close together any more. */
    private static final int MOST_CLUSTERED = 4;

    private MaintenanceReader() {}

    /** What was read, before the columns it names are known to exist. */
    record Draft(
            List<Located<String>> clusterBy,
            Optional<Duration> vacuumAfter,
            Optional<Duration> rawRetention,
            Optional<SnapshotPolicy> snapshots) {

        static final Draft NONE = new Draft(List.of(), Optional.empty(), Optional.empty(), Optional.empty());

        MaintenanceSettings settings() {
            return new MaintenanceSettings(Located.values(clusterBy), vacuumAfter, rawRetention, snapshots);
        }
    }

    static Draft read(ObjectReader reader) {
        return new Draft(
                reader.texts(Keys.CLUSTER_BY),
                atLeastADay(
                        reader, Keys.VACUUM_AFTER, "loads and readers that lag behind would lose the files they read"),
                atLeastADay(reader, Keys.RAW_RETENTION, "what a run has just read could not be looked at any more"),
                reader.object(Keys.SNAPSHOTS, Keys.OF_SNAPSHOTS).map(MaintenanceReader::snapshots));
    }

    private static SnapshotPolicy snapshots(ObjectReader reader) {
        return new SnapshotPolicy(
                reader.integer(Keys.DAILY, 0).orElse(SnapshotPolicy.DEFAULT_DAILY),
                reader.integer(Keys.MONTHLY, 0).orElse(SnapshotPolicy.DEFAULT_MONTHLY));
    }

    private static Optional<Duration> atLeastADay(ObjectReader reader, String key, String reason) {
        Optional<Duration> duration = reader.duration(key);
        duration.filter(given -> given.compareTo(SHORTEST) < 0)
                .ifPresent(
                        given -> reader.problem(key, "Is shorter than a day: " + reason + ".", "Write P1D or longer."));
        return duration;
    }

    static void check(TableReader.Draft draft, Problems problems) {
        boolean originals = draft.extract()
                .map(extract -> extract.settings().relation())
                .filter(relation -> relation instanceof Relation.Files || relation instanceof Relation.Http)
                .isPresent();
        if (originals && draft.maintain().rawRetention().isPresent()) {
            problems.add(
                    Keys.MAINTAIN + "." + Keys.RAW_RETENTION,
                    "Raw keeps what was taken, and the originals that replays, rewinds and verification read.",
                    "Leave raw-retention out; a lifecycle rule of the bucket may move originals to Glacier.");
        }
        draft.curate().ifPresent(curate -> {
            checkPromise(draft.maintain(), curate, problems);
            draft.schema().ifPresent(schema -> checkClustering(draft.maintain(), curate, schema, problems));
        });
    }

    private static void checkPromise(Draft maintain, CurateReader.Draft curate, Problems problems) {
        Duration promised = curate.retention().orElse(MaintenanceSettings.DELTA_RETENTION);
        maintain.vacuumAfter().filter(after -> after.compareTo(promised) < 0).ifPresent(after -> {
            problems.add(
                    Keys.MAINTAIN + "." + Keys.VACUUM_AFTER,
                    curate.retention().isPresent()
                            ? "Is shorter than curate.retention promises: a vacuum would remove files that a reader of"
                                    + " the table as it was needs."
                            : "Is shorter than the seven days that Delta keeps without curate.retention.",
                    "Write " + SettingsWriter.written(promised) + " or longer, or a shorter curate.retention.");
        });
    }

    private static void checkClustering(
            Draft maintain, CurateReader.Draft curate, SchemaReader.Draft schema, Problems problems) {
        if (maintain.clusterBy().size() > MOST_CLUSTERED) {
            problems.add(
                    Keys.MAINTAIN + "." + Keys.CLUSTER_BY,
                    "Names more than " + MOST_CLUSTERED + " columns: rows would be close together by none of them.",
                    "Name those that queries filter by most.");
        }
        List<String> partitions = Located.values(curate.partitionBy());
        for (Located<String> name : maintain.clusterBy()) {
            Optional<ColumnSettings> column = schema.columns().stream()
                    .map(SchemaReader.Column::settings)
                    .filter(named(name.value()))
                    .findFirst();
            if (column.isEmpty()) {
                problems.add(
                        name.path(),
                        "Is no column of the schema: " + name.value() + ".",
                        Words.didYouMean(
                                name.value(),
                                schema.columns().stream()
                                        .map(each -> each.settings().name())
                                        .toList()));
            } else if (partitions.contains(name.value())) {
                problems.add(
                        name.path(),
                        "Is a column of partition-by already: " + name.value() + ".",
                        "Leave it out: rows of one partition have one value of it.");
            } else if (column.get().masking().equals(Optional.of(Masking.OMIT))) {
                problems.add(
                        name.path(), "Is masked and is not in curated: " + name.value() + ".", "Name another column.");
            } else if (unfit(column.get().type().ddl())) {
                problems.add(
                        name.path(),
                        "Has no order to cluster by: " + name.value() + " is "
                                + column.get().type().ddl() + ".",
                        "Name a column of another type.");
            }
        }
    }

    private static Predicate<ColumnSettings> named(String name) {
        return column -> column.name().equals(name);
    }

    /** Delta keeps no least and greatest value of these, so nothing is gained by their order. */
    private static boolean unfit(String type) {
        return type.equals("binary") || type.equals("boolean") || type.startsWith("array<");
    }
}
