package dev.sluice.extract.kafka;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.change.EventSample;
import dev.sluice.change.Events;
import dev.sluice.database.KafkaEndpoint;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceTable;
import dev.sluice.settings.EventFormat;
import dev.sluice.settings.Relation;
import dev.sluice.settings.TableSettings;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/** A topic's records: they never change, so any number of readers see the same between two offsets. */
final class KafkaSnapshot implements Snapshot {

    private final KafkaEndpoint endpoint;
    private final Relation.Topic topic;
    private final TableSettings settings;
    private final TopicOffsets offsets;
    private final Optional<String> note;

    /** @param note what a person should know of the topic */
    KafkaSnapshot(
            KafkaEndpoint endpoint,
            Relation.Topic topic,
            TableSettings settings,
            TopicOffsets offsets,
            Optional<String> note) {
        this.endpoint = endpoint;
        this.topic = topic;
        this.settings = settings;
        this.offsets = offsets;
        this.note = note;
    }

    @Override
    public List<String> notes() {
        return note.stream().toList();
    }

    /** Nothing: what the columns are is in the records. */
    @Override
    public SourceTable table() {
        return new SourceTable(List.of(), List.of());
    }

    /** The records of a window as {@link Events#SCHEMA} has them. */
    @Override
    public Dataset<Row> read(SparkSession spark, Window window) {
        SortedMap<Integer, Long> from = offsets(window.from(), offsets.earliest());
        SortedMap<Integer, Long> to = offsets(window.to(), offsets.latest());
        DataFrameReader reader = spark.read().format("kafka");
        endpoint.clientProperties().forEach((name, value) -> reader.option("kafka." + name, value));
        settings.extract().parallelism().ifPresent(number -> reader.option("minPartitions", number));
        Dataset<Row> records = reader.option("kafka.isolation.level", "read_committed")
                // The client tries again by itself all this time; Spark's default is three minutes of it.
                .option("kafka.default.api.timeout.ms", KafkaExtraction.PATIENCE_MILLIS)
                .option("kafka.request.timeout.ms", KafkaExtraction.PATIENCE_MILLIS / 2)
                .option("fetchOffset.numRetries", 1)
                .option("kafka." + TopicOffsets.MAX_WAIT, TopicOffsets.MAX_WAIT_MILLIS)
                .option(
                        "assign",
                        "{\"" + topic.name() + "\":["
                                + to.keySet().stream().map(String::valueOf).collect(Collectors.joining(",")) + "]}")
                .option("startingOffsets", json(from))
                .option("endingOffsets", json(to))
                .option("failOnDataLoss", "true")
                .load()
                .select(
                        col(Events.TOPIC),
                        col(Events.PARTITION),
                        col(Events.OFFSET),
                        col(Events.TIMESTAMP),
                        col(Events.KEY),
                        col(Events.VALUE),
                        lit(null).cast("string").as(Events.KEY_SCHEMA),
                        lit(null).cast("string").as(Events.VALUE_SCHEMA));
        return topic.format() == EventFormat.DEBEZIUM_AVRO
                ? records.mapPartitions(
                        new Schemas(new Registry(endpoint.registry().orElseThrow())), Encoders.row(Events.SCHEMA))
                : records;
    }

    /** Partitions that the topic has gained begin at their beginning. */
    private SortedMap<Integer, Long> offsets(Optional<Position> position, SortedMap<Integer, Long> otherwise) {
        if (position.isEmpty()) {
            return otherwise;
        }
        SortedMap<Integer, Long> given = new TreeMap<>();
        offsets.earliest()
                .forEach((partition, earliest) -> given.put(
                        partition, ((Position.Offsets) position.get()).next().getOrDefault(partition, earliest)));
        return given;
    }

    private String json(Map<Integer, Long> places) {
        return places.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue())
                .collect(Collectors.joining(",", "{\"" + topic.name() + "\":{", "}}"));
    }

    /** Puts beside each record the schemas it was written with, so that raw can be read without the registry. */
    private record Schemas(Registry registry) implements MapPartitionsFunction<Row, Row> {
        @Override
        public Iterator<Row> call(Iterator<Row> records) {
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return records.hasNext();
                }

                @Override
                public Row next() {
                    Row record = records.next();
                    Object[] values = new Object[Events.SCHEMA.size()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = record.get(i);
                    }
                    values[Events.SCHEMA.fieldIndex(Events.KEY_SCHEMA)] = schema(record.getAs(Events.KEY));
                    values[Events.SCHEMA.fieldIndex(Events.VALUE_SCHEMA)] = schema(record.getAs(Events.VALUE));
                    return RowFactory.create(values);
                }
            };
        }

        private String schema(byte[] bytes) {
            return EventSample.schemaNumber(bytes).flatMap(registry::find).orElse(null);
        }
    }

    @Override
    public Set<Integer> cutPartitions(Window window) {
        return window.from().isPresent()
                ? Set.of()
                : offsets.earliest().entrySet().stream()
                        .filter(first -> first.getValue() > 0)
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet());
    }

    @Override
    public void close() {}
}
