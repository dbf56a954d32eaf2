package dev.sluice.load;

import dev.sluice.raw.LocalDisk;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.ExtractSettings;
import dev.sluice.settings.FreshnessSettings;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.Relation;
import dev.sluice.settings.SchemaSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;

/** A Spark session with Delta, and curated tables to load. */
final class CuratedFixture {

    static final String FEED = " TBLPROPERTIES (delta.enableChangeDataFeed = true)";

    private CuratedFixture() {}

    /** The session of this JVM; in UTC only by its settings, never by the machine's. */
    static SparkSession spark() {
        SparkSession.Builder builder = SparkSession.builder()
                .master("local[2]")
                .appName("loader-tests")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.parquet.int96RebaseModeInWrite", "CORRECTED")
                .config("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED")
                .config("spark.sql.shuffle.partitions", "2")
                .config("spark.databricks.delta.snapshotPartitions", "1")
                .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog");
        LocalDisk.settings().forEach(builder::config);
        return builder.getOrCreate();
    }

    static String sql(Path curated) {
        return "delta.`" + curated + "`";
    }

    /** A table item whose columns are curated's as they are now. */
    static TableSettings table(
            SparkSession spark,
            Path curated,
            List<String> key,
            LoadSettings load,
            SchemaSettings.NewColumns newColumns) {
        List<ColumnSettings> columns = Stream.of(
                        spark.table(sql(curated)).schema().fields())
                .map(CuratedFixture::declared)
                .toList();
        return new TableSettings(
                new TableName("shop", curated.getFileName().toString()),
                1,
                new ExtractSettings(
                        new Relation.Table("public", "orders"),
                        Optional.empty(),
                        ExtractSettings.Strategy.FULL,
                        Optional.empty(),
                        OptionalInt.empty(),
                        1000),
                new SchemaSettings(columns, newColumns, SchemaSettings.Drift.FAIL, SchemaSettings.Drift.FAIL),
                new CurateSettings(
                        key.isEmpty() ? CurateSettings.Mode.APPEND : CurateSettings.Mode.MERGE,
                        key,
                        List.of(),
                        List.of(),
                        List.of()),
                List.of(load),
                new FreshnessSettings(FreshnessSettings.DEFAULT_LAKE, FreshnessSettings.DEFAULT_DATABASE));
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static ColumnSettings declared(StructField field) {
        return new ColumnSettings(
                field.name(),
                ColumnType.of(field.dataType().catalogString()),
                field.nullable(),
                field.name(),
                Optional.empty(),
                Optional.empty());
    }
}
