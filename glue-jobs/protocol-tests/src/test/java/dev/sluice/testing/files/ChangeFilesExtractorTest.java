package dev.sluice.testing.files;

import dev.sluice.testing.Items;
import dev.sluice.testing.contract.Kinds;
import java.util.List;

/** Changes as DMS writes them: an operation and a place in the source's log before each row, and no header. */
class ChangeFilesExtractorTest extends FilesContract {

    private int place;

    @Override
    protected Items orders(Items item) {
        return item.files(csv("orders", "Op", "place", "id", "status", "price"))
                .columns("place string")
                .orderBy("place")
                .deleteWhen("Op = 'D'");
    }

    @Override
    protected Items events(Items item) {
        return item.files(csv("events", "Op", "place", "id", "status"));
    }

    @Override
    protected Items kinds(Items item) {
        return item.files(csv("kinds", "id", "flag", "large", "ratio", "amount", "label", "day", "at"));
    }

    /** Each row is inserted, deleted and inserted again, and one more does not stay. */
    @Override
    protected void write(List<Order> orders, List<Event> events) {
        StringBuilder changes = new StringBuilder();
        for (Order order : orders) {
            changes.append(change("U", order.id(), "before", "1"))
                    .append(change("D", order.id(), "", ""))
                    .append(change("I", order.id(), order.status(), order.price()));
        }
        changes.append(change("I", 5000, "short", "1")).append(change("D", 5000, "", ""));
        land("orders/2026-%09d.csv".formatted(written()), changes.toString());
        StringBuilder inserts = new StringBuilder();
        events.forEach(event -> inserts.append(change("I", event.id(), event.status())));
        land("events/2026-%09d.csv".formatted(written()), inserts.toString());
    }

    private String change(String operation, long id, String... values) {
        place++;
        return "%s,%012d,%d,%s\n".formatted(operation, place, id, String.join(",", values));
    }

    @Override
    protected void write(List<Kinds> rows) {
        StringBuilder records = new StringBuilder();
        rows.forEach(row -> records.append(record(row.values())));
        land("kinds/LOAD00000001.csv", records.toString());
    }

    @Override
    protected boolean writeMalformed(String word) {
        land("orders/broken.csv", "I,0,77," + word + "\n");
        return true;
    }

    @Override
    protected boolean sharesItsRaw() {
        return true;
    }
}
