package dev.sluice.testing.files;

import dev.sluice.settings.FileSettings;
import dev.sluice.testing.Items;
import dev.sluice.testing.contract.Kinds;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Folders by the hour, as Firehose writes them, with objects of JSON one after another and no line breaks. */
class FirehoseExtractorTest extends FilesContract {

    private static final String LAYOUT = "yyyy/MM/dd/HH";

    @Override
    protected Items orders(Items item) {
        return versioned(item, hourly("orders"));
    }

    @Override
    protected Items events(Items item) {
        return item.files(hourly("events"));
    }

    @Override
    protected Items kinds(Items item) {
        return item.files(hourly("kinds"));
    }

    private static FileSettings hourly(String path) {
        FileSettings plain = Landing.files(path, FileSettings.Format.JSON);
        return new FileSettings(
                plain.path(),
                plain.pattern(),
                plain.format(),
                plain.csv(),
                plain.records(),
                plain.encoding(),
                plain.settle(),
                plain.marker(),
                Optional.of(new FileSettings.Partitions(LAYOUT, Duration.ofDays(2))));
    }

    @Override
    protected void write(List<Order> orders, List<Event> events) {
        land(
                "orders",
                orders.stream()
                        .map(order -> "{\"id\":%d,\"status\":\"%s\",\"price\":%s,\"version\":%d}"
                                .formatted(order.id(), order.status(), order.price(), written()))
                        .collect(Collectors.joining()));
        land(
                "events",
                events.stream()
                        .map(event -> "{\"id\":%d,\"status\":\"%s\"}".formatted(event.id(), event.status()))
                        .collect(Collectors.joining()));
    }

    @Override
    protected void write(List<Kinds> rows) {
        land("kinds", rows.stream().map(Kinds::json).collect(Collectors.joining()));
    }

    @Override
    protected boolean writeMalformed(String word) {
        land("orders", "{\"id\": 77, \"status\": \"" + word);
        return true;
    }

    /** Lands a file in the folder of this hour, under a name that no other has. */
    @Override
    final void land(String table, String content) {
        String hour =
                DateTimeFormatter.ofPattern(LAYOUT).withZone(ZoneOffset.UTC).format(Instant.now());
        super.land(table + "/" + hour + "/delivery-" + written(), content);
    }

    @Override
    protected boolean sharesItsRaw() {
        return true;
    }
}
