package dev.sluice.aws.dynamodb;

import dev.sluice.ErrorCode;
import dev.sluice.bookmark.Advance;
import dev.sluice.bookmark.Column;
import dev.sluice.bookmark.Failure;
import dev.sluice.bookmark.Hold;
import dev.sluice.bookmark.LeaseHolder;
import dev.sluice.bookmark.Observation;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.TableState;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.TableName;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A table's state as an item. An attribute that is absent has the value of {@link TableState#initial}, so an item that
 * holds nothing but a failure is a table that never ran.
 */
final class StateItem {

    static final String ENTRY = "state";

    static final String FENCE = "fence";
    static final String HOLD = "hold";
    static final String HOLD_EXPIRES_AT = "hold.expires-at";
    static final String WORK = "work";
    static final String LAST_BATCH = "last-batch";
    static final String FAILURE = "failure";

    private static final String POSITION = "position";
    private static final String OBSERVATIONS = "observations";
    private static final String OVERLAP = "overlap";
    private static final String READ_POINT = "read-point";
    private static final String CHECKED_AT = "checked-at";
    private static final String CURATED_VERSION = "curated-version";
    private static final String COLUMNS = "columns";

    private static final String RUN_ID = "run-id";
    private static final String HOST = "host";
    private static final String PROCESS = "process";
    private static final String TOKEN = "token";
    private static final String SINCE = "since";
    private static final String EXPIRES_AT = "expires-at";
    private static final String VALUE = "value";
    private static final String AT = "at";
    private static final String NAME = "name";
    private static final String TYPE = "type";
    private static final String CODE = "code";
    private static final String MESSAGE = "message";

    /** An item may hold 400 KB; a failure's message is cut long before that. */
    private static final int MAX_MESSAGE = 8_000;

    private StateItem() {}

    /** Reads an item. */
    static TableState state(TableName table, Map<String, AttributeValue> item) {
        ItemReader reader = reader(table, item);
        return new TableState(
                table,
                reader.find(FENCE, Long::parseLong).orElse(0L),
                reader.findMap(HOLD).map(StateItem::hold),
                reader.findWord(WORK, TableState.Work.class).orElse(TableState.Work.FINISHED),
                reader.find(LAST_BATCH, Long::parseLong).orElse(0L),
                reader.find(POSITION, Position::parse),
                reader.maps(
                        OBSERVATIONS,
                        observation -> new Observation(observation.number(VALUE), observation.instant(AT))),
                reader.findWord(OVERLAP, TableState.Overlap.class).orElse(TableState.Overlap.NONE),
                reader.find(READ_POINT, Instant::parse),
                reader.find(CHECKED_AT, Instant::parse),
                reader.find(CURATED_VERSION, Long::parseLong),
                reader.maps(COLUMNS, column -> new Column(column.text(NAME), column.required(TYPE, ColumnType::of))),
                reader.findMap(FAILURE).map(StateItem::failure));
    }

    /** When the present hold was taken. */
    static Optional<Instant> heldSince(TableName table, Map<String, AttributeValue> item) {
        return reader(table, item).findMap(HOLD).map(hold -> hold.instant(SINCE));
    }

    /** What tells one taking of the lease from every other. */
    static Optional<String> holdToken(TableName table, Map<String, AttributeValue> item) {
        return reader(table, item).findMap(HOLD).map(hold -> hold.text(TOKEN));
    }

    static AttributeValue hold(Hold hold, Instant since, String token) {
        return new Attributes()
                .put(RUN_ID, hold.holder().runId())
                .put(HOST, hold.holder().host())
                .put(PROCESS, hold.holder().pid())
                .put(SINCE, since)
                .put(EXPIRES_AT, hold.expiresAt())
                .put(TOKEN, token)
                .value();
    }

    static AttributeValue failure(Failure failure) {
        String message = failure.message();
        return new Attributes()
                .put(CODE, Attributes.word(failure.code()))
                .put(MESSAGE, message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "…")
                .put(RUN_ID, failure.runId())
                .put(AT, failure.at())
                .value();
    }

    /** Adds to an update what an advance changes; the failure goes. */
    static void advance(Expression update, Advance advance) {
        update.setOrRemove(POSITION, advance.position().map(Position::text).map(Attributes::text));
        if (advance.observations().isEmpty()) {
            update.remove(OBSERVATIONS);
        } else {
            update.set(OBSERVATIONS, Attributes.list(advance.observations(), observation -> new Attributes()
                    .put(VALUE, observation.value())
                    .put(AT, observation.at())
                    .value()));
        }
        update.set(OVERLAP, Attributes.word(advance.overlap()));
        update.setIfPresent(READ_POINT, advance.readPoint().map(Attributes::instant));
        update.set(CHECKED_AT, Attributes.instant(advance.checkedAt()));
        update.setIfPresent(CURATED_VERSION, advance.curatedVersion().map(Attributes::number));
        if (!advance.columns().isEmpty()) {
            update.set(COLUMNS, Attributes.list(advance.columns(), column -> new Attributes()
                    .put(NAME, column.name())
                    .put(TYPE, column.type().ddl())
                    .value()));
        }
        update.remove(FAILURE);
    }

    private static ItemReader reader(TableName table, Map<String, AttributeValue> item) {
        return new ItemReader(table + ", " + ENTRY, item);
    }

    private static Hold hold(ItemReader hold) {
        return new Hold(
                new LeaseHolder(hold.text(RUN_ID), hold.text(HOST), hold.number(PROCESS)), hold.instant(EXPIRES_AT));
    }

    private static Failure failure(ItemReader failure) {
        return new Failure(
                failure.word(CODE, ErrorCode.class), failure.text(MESSAGE), failure.text(RUN_ID), failure.instant(AT));
    }
}
