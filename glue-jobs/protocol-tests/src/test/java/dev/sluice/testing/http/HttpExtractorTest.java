package dev.sluice.testing.http;

import dev.sluice.settings.ConnectionSettings.Http.Authentication;
import dev.sluice.settings.FileSettings;
import dev.sluice.settings.HttpSettings.Paging;
import dev.sluice.testing.Items;
import dev.sluice.testing.Lake;
import dev.sluice.testing.contract.ExtractorContract;
import dev.sluice.testing.contract.Kinds;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Objects of JSON behind a cursor, asked for by their stamp, and pages of CSV, asked for by their number. */
class HttpExtractorTest extends ExtractorContract {

    private final Endpoint shop = Endpoint.start();
    private final Endpoint log = Endpoint.start();

    @Override
    protected Lake open(Lake empty) {
        return empty.connect("shop", shop.settings(Authentication.BEARER), shop.endpoint(Authentication.BEARER))
                .connect("log", log.settings(Authentication.BEARER), log.endpoint(Authentication.BEARER));
    }

    @Override
    protected void close() {
        shop.close();
        log.close();
    }

    @Override
    protected boolean keepsOriginals() {
        return true;
    }

    @Override
    protected Items orders(Items item) {
        return item.http(HttpSourceTest.cursor())
                .incremental(HttpSourceTest.bookmark("updated_at"))
                .columns("updated_at timestamp");
    }

    @Override
    protected Items events(Items item) {
        return item.http(HttpSourceTest.pages()).incremental(HttpSourceTest.bookmark("id"));
    }

    @Override
    protected Items kinds(Items item) {
        return item.http(HttpSourceTest.http("/all", FileSettings.Format.JSON_LINES, Paging.NONE, Optional.empty()));
    }

    @Override
    protected void write(List<Order> orders, List<Event> events) {
        orders.forEach(order -> shop.put(order.id(), order.status(), order.price(), Instant.now()));
        events.forEach(event -> log.put(event.id(), event.status(), "0", Instant.now()));
    }

    /** As the next answer, whatever is asked. */
    @Override
    protected void write(List<Kinds> rows) {
        log.failing(Endpoint.says(rows.stream().map(Kinds::json).collect(Collectors.joining("\n"))));
    }
}
