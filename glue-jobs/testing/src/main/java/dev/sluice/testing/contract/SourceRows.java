package dev.sluice.testing.contract;

import dev.sluice.database.DatabaseKind;
import dev.sluice.testing.Database;
import dev.sluice.testing.contract.ExtractorContract.Event;
import dev.sluice.testing.contract.ExtractorContract.Order;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The contract's tables in a database: {@code orders (id bigint primary key, status, price decimal(12,2), …)}, {@code events
 * (id bigint numbered by the server, status)} and {@code kinds (id int primary key, flag, large bigint, ratio double, amount
 * decimal(20,4), label, day date, at)} with an instant in microseconds.
 */
public final class SourceRows {

    private SourceRows() {}

    /** The three tables where every stamp is the server's. */
    public static void create(Database database) {
        database.execute(
                DatabaseKind.of(database.endpoint()) == DatabaseKind.POSTGRESQL
                        ? """
                        CREATE TABLE orders (id bigint PRIMARY KEY, status text, price numeric(12,2),
                            updated_at timestamptz NOT NULL DEFAULT now());
                        CREATE INDEX ON orders (updated_at);
                        CREATE TABLE events (id bigserial PRIMARY KEY, status text);
                        CREATE TABLE kinds (id int PRIMARY KEY, flag boolean, large bigint, ratio double precision,
                            amount numeric(20,4), label text, day date, at timestamptz);
                        """
                        : """
                        CREATE TABLE orders (id bigint PRIMARY KEY, status varchar(40), price decimal(12,2),
                            updated_at timestamp(6) NOT NULL DEFAULT current_timestamp(6), INDEX (updated_at));
                        CREATE TABLE events (id bigint AUTO_INCREMENT PRIMARY KEY, status text);
                        CREATE TABLE kinds (id int PRIMARY KEY, flag bit(1), large bigint, ratio double,
                            amount decimal(20,4), label varchar(40) CHARACTER SET utf8mb4, day date, at timestamp(6) NULL);
                        """);
    }

    /** In one transaction where the database takes several statements as one. */
    public static void write(Database database, List<Order> orders, List<Event> events) {
        database.execute("DELETE FROM orders WHERE id IN ("
                + orders.stream().map(order -> Long.toString(order.id())).collect(Collectors.joining(", "))
                + "); INSERT INTO orders (id, status, price) VALUES "
                + orders.stream()
                        .map(order -> "(" + order.id() + ", '" + order.status() + "', " + order.price() + ")")
                        .collect(Collectors.joining(", "))
                + "; INSERT INTO events (status) VALUES "
                + events.stream().map(event -> "('" + event.status() + "')").collect(Collectors.joining(", ")));
    }

    public static void write(Database database, List<Kinds> rows) {
        DatabaseKind kind = DatabaseKind.of(database.endpoint());
        String zone = kind == DatabaseKind.POSTGRESQL ? "+00" : "";
        for (Kinds row : rows) {
            database.execute("INSERT INTO kinds VALUES (" + row.id() + ", "
                    + row.flag() + ", " + row.large() + ", " + row.ratio() + ", " + row.amount() + ", "
                    + (row.label() == null ? "NULL" : kind.literal(row.label())) + ", "
                    + (row.day() == null ? "NULL" : "'" + row.day() + "'") + ", "
                    + (row.at() == null ? "NULL" : "'" + row.at() + zone + "'") + ")");
        }
    }
}
