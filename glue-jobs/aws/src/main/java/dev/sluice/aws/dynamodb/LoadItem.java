package dev.sluice.aws.dynamodb;

import dev.sluice.bookmark.LoadRecord;
import dev.sluice.settings.TableName;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A target's last load as an item. */
final class LoadItem {

    static final String PREFIX = "load#";
    static final String CURATED_VERSION = "curated-version";
    static final String LOADED_AT = "loaded-at";

    private static final String TARGET = "target";
    private static final String READ_POINT = "read-point";

    private static final String UPSERTED = "upserted";
    private static final String DELETED = "deleted";
    private static final String RUN_ID = "run-id";

    /** Of one length, so that DynamoDB, which compares letters, finds the later of two greater. */
    private static final DateTimeFormatter COMPARABLE =
            new DateTimeFormatterBuilder().appendInstant(9).toFormatter(Locale.ROOT);

    private LoadItem() {}

    static String entry(String target) {
        return PREFIX + target;
    }

    /** The load's attributes without its key. */
    static Attributes attributes(LoadRecord load) {
        return new Attributes()
                .put(TARGET, load.target())
                .put(CURATED_VERSION, load.curatedVersion())
                .putIfPresent(READ_POINT, load.readPoint().map(Attributes::instant))
                .put(LOADED_AT, comparable(load.loadedAt()))
                .put(UPSERTED, load.upserted())
                .put(DELETED, load.deleted())
                .put(RUN_ID, load.runId());
    }

    /** When a load was, as items hold it. */
    static AttributeValue comparable(Instant loadedAt) {
        return Attributes.text(COMPARABLE.format(loadedAt));
    }

    /** Reads an item. */
    static LoadRecord load(TableName table, Map<String, AttributeValue> item) {
        ItemReader reader = new ItemReader(table + ", a load", item);
        return new LoadRecord(
                table,
                reader.text(TARGET),
                reader.number(CURATED_VERSION),
                reader.find(READ_POINT, Instant::parse),
                reader.instant(LOADED_AT),
                reader.number(UPSERTED),
                reader.number(DELETED),
                reader.text(RUN_ID));
    }
}
