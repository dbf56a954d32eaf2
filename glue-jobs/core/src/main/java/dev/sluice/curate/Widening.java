package dev.sluice.curate;

import static dev.sluice.SparkNames.column;

import dev.sluice.bookmark.Column;
import dev.sluice.schema.Casts;
import dev.sluice.schema.EffectiveSchema;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.TableSettings;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;

/**
 * Casts columns that the settings declare wider than curated has them, in a commit of its own before the batch's. That one
 * has no transaction id, or Delta would pass over the batch; a batch that is put again finds nothing to widen.
 */
final class Widening {

    private final Map<String, ColumnType> wanted;

    private Widening(EffectiveSchema schema) {
        this.wanted = schema.columns().stream().collect(Collectors.toMap(ColumnSettings::name, ColumnSettings::type));
    }

    /** Rewrites the table at a location where it has to be. */
    static void apply(SparkSession spark, TableSettings settings, EffectiveSchema schema, String location) {
        Widening widening = new Widening(schema);
        List<Column> present = CuratedColumns.of(
                DeltaLog.forTable(spark, location).unsafeVolatileSnapshot().schema());
        if (present.stream().noneMatch(widening::concerns)) {
            return;
        }
        String application = spark.conf().get(CuratedZone.TRANSACTION_APPLICATION);
        String version = spark.conf().get(CuratedZone.TRANSACTION_VERSION);
        spark.conf().unset(CuratedZone.TRANSACTION_APPLICATION);
        spark.conf().unset(CuratedZone.TRANSACTION_VERSION);
        try {
            CuratedZone.overwrite(
                    spark.read()
                            .format("delta")
                            .load(location)
                            .select(present.stream().map(widening::cast).toArray(org.apache.spark.sql.Column[]::new)),
                    settings,
                    location);
        } finally {
            spark.conf().set(CuratedZone.TRANSACTION_APPLICATION, application);
            spark.conf().set(CuratedZone.TRANSACTION_VERSION, version);
        }
    }

    private boolean concerns(Column present) {
        return wanted.containsKey(present.name()) && Casts.widens(present.type(), wanted.get(present.name()));
    }

    private org.apache.spark.sql.Column cast(Column present) {
        org.apache.spark.sql.Column value = column(present.name());
        return concerns(present) ? value.cast(wanted.get(present.name()).ddl()).as(present.name()) : value;
    }
}
