package dev.sluice.extract.kafka;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.LogProgress;
import dev.sluice.bookmark.Observation;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.database.KafkaEndpoint;
import dev.sluice.extract.Bound;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Promise;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceColumn;
import dev.sluice.extract.SourceTable;
import dev.sluice.settings.Relation;
import dev.sluice.settings.TableSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** A topic opened in Kafka. The bound is the end of each partition when it is asked for, and windows are offsets. */
final class KafkaExtraction implements Extraction {

    /** A client's own default is a minute per request; a broker that is not there is told of sooner. */
    static final int PATIENCE_MILLIS = 20_000;

    private final Admin admin;
    private final KafkaEndpoint endpoint;
    private final Relation.Topic topic;
    private final TableSettings settings;
    private final Clock clock = Clock.systemUTC();
    /** What could not be asked of the topic when the bound was fixed. */
    private Optional<String> unknown = Optional.empty();

    private KafkaExtraction(Admin admin, KafkaEndpoint endpoint, Relation.Topic topic, TableSettings settings) {
        this.admin = admin;
        this.endpoint = endpoint;
        this.topic = topic;
        this.settings = settings;
    }

    static KafkaExtraction open(KafkaEndpoint endpoint, Relation.Topic topic, TableSettings settings) {
        Map<String, Object> properties = new HashMap<>(endpoint.clientProperties());
        properties.put("request.timeout.ms", PATIENCE_MILLIS / 2);
        properties.put("default.api.timeout.ms", PATIENCE_MILLIS);
        try {
            return new KafkaExtraction(Admin.create(properties), endpoint, topic, settings);
        } catch (KafkaException failure) {
            throw KafkaFailures.of(
                    "read topic " + topic.name(), endpoint, failure.getCause() == null ? failure : failure.getCause());
        }
    }

    /** The columns as the last readable event has them; the declared ones of a topic that has none. */
    @Override
    public SourceTable describe() {
        TopicOffsets offsets = TopicOffsets.ask(admin, endpoint, topic.name());
        List<SourceColumn> columns = new LastEvent(endpoint, topic)
                .columns(offsets)
                .orElseGet(() -> settings.schema().columns().stream()
                        .filter(column -> column.expression().isEmpty())
                        .map(column -> new SourceColumn(
                                column.sourceName(),
                                "not seen yet",
                                column.type(),
                                column.type(),
                                SourceColumn.Nullability.NULLABLE,
                                Optional.empty()))
                        .toList());
        return new SourceTable(columns, List.of());
    }

    @Override
    public Promise promise() {
        return new Promise(
                Bound.Guarantee.OFFSETS,
                "records of a topic have their place once they are written, and Debezium writes them in the order of the"
                        + " database's log");
    }

    @Override
    public List<String> advice() {
        return Retention.require(admin, endpoint, topic.name(), settings.name()).stream()
                .toList();
    }

    @Override
    public Bound fixBound(Optional<Position> from, List<Observation> observations) {
        TopicOffsets offsets = TopicOffsets.ask(admin, endpoint, topic.name());
        Optional<Position.Offsets> bookmark = from.map(Position.Offsets.class::cast);
        bookmark.ifPresent(known -> requireThere(known, offsets));
        unknown = Retention.require(admin, endpoint, topic.name(), settings.name());
        Optional<Position> end = bookmark.isEmpty() && offsets.isEmpty()
                ? Optional.empty()
                : Optional.of(new Position.Offsets(
                        offsets.topicId(),
                        offsets.latest(),
                        bookmark.map(Position.Offsets::log).orElse(LogProgress.NONE)));
        return new Bound(end, List.of(), clock.instant(), Bound.Guarantee.OFFSETS, Optional.empty());
    }

    /** What lay after the bookmark must still be there: without it, changes are lost that no later event brings again. */
    private void requireThere(Position.Offsets bookmark, TopicOffsets offsets) {
        List<String> lost = new ArrayList<>();
        if (!bookmark.topicId().equals(offsets.topicId())) {
            lost.add("the topic was made anew since");
        } else {
            offsets.latest().forEach((partition, end) -> {
                long next = bookmark.next().getOrDefault(partition, 0L);
                long first = offsets.earliest().get(partition);
                if (first > next) {
                    lost.add("partition " + partition + " begins at offset " + first + ", the bookmark is at " + next);
                } else if (end < next) {
                    lost.add("partition " + partition + " ends at offset " + end + ", the bookmark is at " + next);
                }
            });
        }
        if (!lost.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.POSITION_LOST,
                    "Cannot read on from the bookmark of table " + settings.name() + " in topic " + topic.name() + ": "
                            + String.join("; ", lost)
                            + ". Changes between are lost, so curated cannot follow. Have Debezium take a new snapshot of"
                            + " the table into the topic, then build the table anew with 'sluice bookmark rewind "
                            + settings.name() + " --to-start'; and keep the topic's records (retention.ms) longer than"
                            + " the longest pause between runs");
        }
    }

    @Override
    public News hasNews(Window window) {
        return window.from().equals(window.to()) ? News.NONE : News.SOME;
    }

    @Override
    public Estimate estimate(Window window) {
        TopicOffsets offsets = TopicOffsets.ask(admin, endpoint, topic.name());
        long before = window.from()
                .map(from -> ((Position.Offsets) from).total())
                .orElseGet(() -> offsets.earliest().values().stream()
                        .mapToLong(Long::longValue)
                        .sum());
        long end = window.to()
                .map(to -> ((Position.Offsets) to).total())
                .orElseGet(() -> offsets.latest().values().stream()
                        .mapToLong(Long::longValue)
                        .sum());
        return new Estimate(Math.max(0, end - before), Estimate.Basis.STATISTICS);
    }

    @Override
    public Snapshot openSnapshot() {
        return new KafkaSnapshot(endpoint, topic, settings, TopicOffsets.ask(admin, endpoint, topic.name()), unknown);
    }

    /** What a column held before it was declared is in no later event; a topic is not read again for it. */
    @Override
    public News hasValues(String column, Optional<Position> before) {
        return News.NONE;
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
