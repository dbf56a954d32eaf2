package dev.sluice.testing.files;

import dev.sluice.settings.FileSettings;
import dev.sluice.testing.Items;
import dev.sluice.testing.contract.Kinds;
import java.util.List;
import java.util.stream.Collectors;

/** CSV with a header in files of their own, and lines of JSON in one file that is written again and again. */
class FilesExtractorTest extends FilesContract {

    private static final String HEADER = "id,status,price,version\n";

    private final StringBuilder lines = new StringBuilder();

    @Override
    protected Items orders(Items item) {
        return versioned(item, csv("orders"));
    }

    @Override
    protected Items events(Items item) {
        return item.files(Landing.files("events", FileSettings.Format.JSON_LINES))
                .column(Landing.FILE);
    }

    @Override
    protected Items kinds(Items item) {
        return item.files(csv("kinds"));
    }

    @Override
    protected void write(List<Order> orders, List<Event> events) {
        land(
                "orders/r" + written() + ".csv",
                HEADER
                        + orders.stream()
                                .map(order -> record(List.of(
                                        Long.toString(order.id()),
                                        order.status(),
                                        order.price(),
                                        Integer.toString(written()))))
                                .collect(Collectors.joining()));
        events.forEach(event -> lines.append("{\"id\":%d,\"status\":\"%s\"}\n".formatted(event.id(), event.status())));
        land("events/all.json", lines.toString());
    }

    @Override
    protected void write(List<Kinds> rows) {
        land(
                "kinds/all.csv",
                "id,flag,large,ratio,amount,label,day,at\n"
                        + rows.stream().map(row -> record(row.values())).collect(Collectors.joining()));
    }

    @Override
    protected boolean writeMalformed(String word) {
        land("orders/broken.csv", HEADER + "77," + word + "\n");
        return true;
    }
}
