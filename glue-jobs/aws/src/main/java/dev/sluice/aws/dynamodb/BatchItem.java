package dev.sluice.aws.dynamodb;

import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.settings.TableName;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A batch of the history as an item. */
final class BatchItem {

    static final String PREFIX = "batch#";

    private static final String BATCH = "batch";
    private static final String KIND = "kind";
    private static final String RUN_ID = "run-id";
    private static final String FENCE = "fence";
    private static final String FROM = "from";
    private static final String TO = "to";
    private static final String POSITION_BEFORE = "position-before";
    private static final String POSITION_AFTER = "position-after";
    private static final String MIN = "min";
    private static final String MAX = "max";
    private static final String ROWS = "rows";
    private static final String QUARANTINED = "quarantined";
    private static final String QUARANTINE = "quarantine";
    private static final String REPLAYS = "replays";
    private static final String CURATED_VERSION = "curated-version";
    private static final String STARTED_AT = "started-at";
    private static final String COMMITTED_AT = "committed-at";
    private static final String READ_POINT = "read-point";
    private static final String NOTES = "notes";

    private BatchItem() {}

    /** A batch's range key: padded, so that the order of keys is the order of numbers. */
    static String entry(long batch) {
        return PREFIX + String.format(Locale.ROOT, "%012d", batch);
    }

    /** The batch's attributes without its key. */
    static Attributes attributes(BatchRecord batch) {
        return new Attributes()
                .put(BATCH, batch.batch())
                .put(KIND, Attributes.word(batch.kind()))
                .put(RUN_ID, batch.runId())
                .put(FENCE, batch.fence())
                .putIfPresent(FROM, position(batch.window().from()))
                .putIfPresent(TO, position(batch.window().to()))
                .putIfPresent(POSITION_BEFORE, position(batch.positionBefore()))
                .putIfPresent(POSITION_AFTER, position(batch.positionAfter()))
                .putIfPresent(MIN, position(batch.min()))
                .putIfPresent(MAX, position(batch.max()))
                .put(ROWS, batch.rows())
                .put(QUARANTINED, batch.quarantined())
                .putIfPresent(QUARANTINE, batch.quarantine().map(Attributes::text))
                .putUnlessEmpty(REPLAYS, batch.replays(), Attributes::number)
                .putIfPresent(CURATED_VERSION, batch.curatedVersion().map(Attributes::number))
                .put(STARTED_AT, batch.startedAt())
                .put(COMMITTED_AT, batch.committedAt())
                .put(READ_POINT, batch.readPoint())
                .putUnlessEmpty(NOTES, batch.notes(), Attributes::text);
    }

    /** Reads an item. */
    static BatchRecord batch(TableName table, Map<String, AttributeValue> item) {
        ItemReader reader = new ItemReader(table + ", a batch", item);
        return new BatchRecord(
                table,
                reader.number(BATCH),
                reader.word(KIND, BatchRecord.Kind.class),
                reader.text(RUN_ID),
                reader.number(FENCE),
                new Window(reader.find(FROM, Position::parse), reader.find(TO, Position::parse)),
                reader.find(POSITION_BEFORE, Position::parse),
                reader.find(POSITION_AFTER, Position::parse),
                reader.find(MIN, Position::parse),
                reader.find(MAX, Position::parse),
                reader.number(ROWS),
                reader.number(QUARANTINED),
                reader.find(QUARANTINE, Function.identity()),
                reader.values(REPLAYS, Long::parseLong),
                reader.find(CURATED_VERSION, Long::parseLong),
                reader.instant(STARTED_AT),
                reader.instant(COMMITTED_AT),
                reader.instant(READ_POINT),
                reader.values(NOTES, Function.identity()));
    }

    private static Optional<AttributeValue> position(Optional<Position> position) {
        return position.map(Position::text).map(Attributes::text);
    }
}
