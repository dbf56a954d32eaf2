package dev.sluice.change;

import static dev.sluice.SparkNames.column;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_from_unix_date;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.timestamp_millis;

import dev.sluice.SparkNames;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceColumn;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.EventFormat;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Turns raw's records into rows: the source's columns in their raw types, {@link Snapshot#UNREPRESENTABLE}, {@link
 * ChangeColumns#EVENT} and {@link ChangeColumns#CHANGE}. Records that change nothing are left out; one that is unreadable is a
 * row of NULLs that says why.
 */
public final class Decoding {

    private static final StructType CHANGE = new StructType()
            .add("operation", DataTypes.StringType)
            .add("position", DataTypes.StringType)
            .add("millis", DataTypes.LongType)
            .add("partition", DataTypes.IntegerType)
            .add("offset", DataTypes.LongType)
            .add("unreadable", DataTypes.StringType);

    private Decoding() {}

    /**
     * The rows of a batch, lazily.
     *
     * @param events of {@link Events#SCHEMA}
     * @param columns the batch's columns, as {@link EventSurvey} found them
     * @param snapshot the place of the snapshot that the stream began with, where one was seen
     */
    public static Dataset<Row> decode(
            Dataset<Row> events, EventFormat format, List<SourceColumn> columns, Optional<String> snapshot) {
        StructType carried = new StructType();
        for (SourceColumn column : columns) {
            carried = carried.add(column.name(), carriedType(column));
        }
        carried = carried.add(Snapshot.UNREPRESENTABLE, DataTypes.StringType)
                .add(ChangeColumns.CHANGE, CHANGE)
                .add(ChangeColumns.EVENT, Events.SCHEMA);
        List<Column> typed = new ArrayList<>();
        for (SourceColumn column : columns) {
            Column value = column(column.name());
            typed.add((switch (column.rawType().ddl()) {
                        case "date" -> date_from_unix_date(value);
                        case "timestamp" -> timestamp_micros(value);
                        case "timestamp_ntz" -> timestamp_micros(value).cast("timestamp_ntz");
                        default -> value;
                    })
                    .as(column.name()));
        }
        typed.add(col(Snapshot.UNREPRESENTABLE));
        typed.add(struct(
                        field("operation"),
                        field("position"),
                        timestamp_millis(field("millis")).as("time"),
                        field("partition"),
                        field("offset"),
                        field("unreadable"))
                .as(ChangeColumns.CHANGE));
        typed.add(col(ChangeColumns.EVENT));
        return events.select(Arrays.stream(Events.SCHEMA.fieldNames())
                        .map(SparkNames::column)
                        .toArray(Column[]::new))
                .mapPartitions(
                        new Rows(
                                format,
                                columns.stream().map(SourceColumn::name).toList(),
                                columns.stream()
                                        .map(column -> column.rawType().ddl())
                                        .toList(),
                                snapshot.orElse("")),
                        Encoders.row(carried))
                .select(typed.toArray(Column[]::new));
    }

    private static Column field(String name) {
        return col(ChangeColumns.CHANGE + "." + name);
    }

    private static DataType carriedType(SourceColumn column) {
        return switch (column.rawType().ddl()) {
            case "date" -> DataTypes.IntegerType;
            case "timestamp", "timestamp_ntz" -> DataTypes.LongType;
            default -> DataType.fromDDL(column.rawType().ddl());
        };
    }

    /** Decodes a partition, one record at a time. */
    private record Rows(EventFormat format, List<String> columns, List<String> types, String snapshot)
            implements MapPartitionsFunction<Row, Row>, Serializable {

        @Override
        public Iterator<Row> call(Iterator<Row> events) {
            Change.Reader reader = new Change.Reader(format);
            return new Iterator<>() {
                private Row next;

                @Override
                public boolean hasNext() {
                    while (next == null && events.hasNext()) {
                        next = row(reader, events.next());
                    }
                    return next != null;
                }

                @Override
                public Row next() {
                    if (!hasNext()) {
                        throw new NoSuchElementException();
                    }
                    Row row = next;
                    next = null;
                    return row;
                }
            };
        }

        /** Null for a record that changes nothing. */
        private Row row(Change.Reader reader, Row event) {
            int partition = event.getInt(event.fieldIndex(Events.PARTITION));
            long offset = event.getLong(event.fieldIndex(Events.OFFSET));
            Object[] values = new Object[columns.size() + 3];
            values[columns.size() + 2] = event;
            try {
                Optional<Change> change = EventSurvey.read(reader, event);
                if (change.isEmpty()) {
                    return null;
                }
                Map<String, String> lost = new LinkedHashMap<>();
                Optional<String> unavailable = Optional.empty();
                if (change.get().row().isPresent()) {
                    unavailable = fill(change.get().row().get(), values, lost);
                }
                values[columns.size()] = lost.isEmpty() ? null : EventJson.text(lost);
                values[columns.size() + 1] = RowFactory.create(
                        change.get().operation(),
                        change.get().position().text(snapshot),
                        change.get().millis().orElse(null),
                        partition,
                        offset,
                        unavailable
                                .map(column -> at(event) + " leaves out column " + column
                                        + ", which the change did not touch; set REPLICA IDENTITY FULL on the table")
                                .orElse(null));
            } catch (UnreadableEventException unreadable) {
                values[columns.size() + 1] = RowFactory.create(
                        null, null, null, partition, offset, at(event) + " " + unreadable.getMessage());
            }
            return RowFactory.create(values);
        }

        /** Fills in a row; the name of a column whose value the event does not have. */
        private Optional<String> fill(EventValue row, Object[] values, Map<String, String> lost) {
            Optional<String> unavailable = Optional.empty();
            for (int i = 0; i < columns.size(); i++) {
                String name = columns.get(i);
                Optional<EventType> type = row.type().field(name);
                if (type.isEmpty()) {
                    continue;
                }
                Object value = row.fields().get(name);
                if (ValueMapping.isUnavailable(type.get(), value)) {
                    unavailable = Optional.of(name);
                    continue;
                }
                ValueMapping.Carried carried = ValueMapping.carry(type.get(), value, ColumnType.of(types.get(i)));
                values[i] = carried.value();
                carried.unrepresentable().ifPresent(text -> lost.put(name, text));
            }
            return unavailable;
        }

        private static String at(Row event) {
            return "topic " + event.getString(event.fieldIndex(Events.TOPIC)) + " partition "
                    + event.getInt(event.fieldIndex(Events.PARTITION)) + " offset "
                    + event.getLong(event.fieldIndex(Events.OFFSET));
        }
    }
}
