package dev.sluice.testing.kafka;

import dev.sluice.kafka.Connector;
import dev.sluice.settings.EventFormat;
import dev.sluice.testing.Items;
import dev.sluice.testing.Lake;
import dev.sluice.testing.contract.ExtractorContract;
import dev.sluice.testing.contract.Kinds;
import dev.sluice.testing.contract.SourceRows;
import java.util.List;

/** A database through Debezium and Kafka, whose connector is left alone: one that dies repeats events. */
abstract class StreamContract extends ExtractorContract {

    private final Connector.Format format;
    private final ChangeStream stream;

    StreamContract(Connector.Format format, ChangeStream stream) {
        this.format = format;
        this.stream = stream;
    }

    @Override
    protected Lake open(Lake empty) {
        SourceRows.create(stream.database());
        stream.start();
        return empty.connect("shop", KafkaServer.endpoint()).connect("log", KafkaServer.endpoint());
    }

    @Override
    protected void close() {
        stream.close();
    }

    /** A topic holds changes and no rows. */
    @Override
    protected boolean isComparable() {
        return false;
    }

    @Override
    protected Items orders(Items item) {
        return topic(item, "orders");
    }

    @Override
    protected Items events(Items item) {
        return topic(item, "events");
    }

    @Override
    protected Items kinds(Items item) {
        return topic(item, "kinds");
    }

    private Items topic(Items item, String table) {
        return item.topic(
                stream.topic(table),
                format == Connector.Format.JSON ? EventFormat.DEBEZIUM_JSON : EventFormat.DEBEZIUM_AVRO);
    }

    @Override
    protected void write(List<Order> orders, List<Event> events) {
        SourceRows.write(stream.database(), orders, events);
        stream.catchUp();
    }

    @Override
    protected void write(List<Kinds> rows) {
        SourceRows.write(stream.database(), rows);
        stream.catchUp();
    }

    @Override
    protected boolean writeMalformed(String word) {
        KafkaServer.write(stream.topic("orders"), new KafkaServer.Message(0, null, "no event but " + word));
        return true;
    }
}
