package dev.sluice.cli.demo;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What happens in the shop between two runs: a day's work in a moment, with what a pipeline stumbles over. */
public final class ShopChanges {

    private static final int LATE_ORDERS = 5;
    private static final int NEGATIVE_PRICES = 3;

    private final Connection shop;

    /** @param shop a session of the shop's database, in auto-commit mode */
    public ShopChanges(Connection shop) {
        this.shop = shop;
    }

    /**
     * Begins a transaction that inserts orders and stays open; what is changed after it gets later stamps and commits
     * first.
     *
     * @param late a session of its own, which the caller commits
     */
    public void beginLate(Connection late) throws SQLException {
        late.setAutoCommit(false);
        try (Statement statement = late.createStatement()) {
            statement.executeUpdate(
                    "INSERT INTO orders (o_orderkey, o_custkey, o_orderstatus, o_totalprice, o_orderdate,"
                            + " o_orderpriority, o_comment) SELECT top + n, n, 'O', 100 * n, DATE '1998-08-03', '1-URGENT',"
                            + " 'committed late' FROM (SELECT max(o_orderkey) AS top FROM orders) AS keys, generate_series(1, "
                            + LATE_ORDERS + ") AS n");
        }
        update("UPDATE orders SET o_comment = 'changed after the late transaction began' WHERE o_orderkey <= 32");
    }

    /** The latest stamp that a reader sees now: what a plain watermark would go on from. */
    public String plainWatermark() throws SQLException {
        return single("SELECT max(updated_at)::text FROM orders");
    }

    /** How many orders a plain watermark passes over for ever. */
    public long missedBy(String plainWatermark) throws SQLException {
        return Long.parseLong(
                single("SELECT count(*) FROM orders WHERE o_comment = 'committed late' AND updated_at <= '"
                        + plainWatermark + "'"));
    }

    /** Changes the shop; says in a line each what happened. */
    public List<String> happen() throws SQLException {
        List<String> told = new ArrayList<>();
        try (Statement statement = shop.createStatement()) {
            statement.execute("ALTER TABLE orders ADD COLUMN o_channel varchar(10)");
        }
        told.add("orders gains a column o_channel (schema.new-columns: add)");
        int placed = update(
                """
                INSERT INTO orders (o_orderkey, o_custkey, o_orderstatus, o_totalprice, o_orderdate, o_orderpriority,
                    o_channel, o_comment)
                  SELECT top + n, n, 'O', 10 * n, DATE '1998-08-02', '3-MEDIUM', 'web', 'placed today'
                  FROM (SELECT max(o_orderkey) AS top FROM orders) AS keys, generate_series(1, 200) AS n""");
        int items = update(
                """
                INSERT INTO lineitem (l_orderkey, l_partkey, l_suppkey, l_linenumber, l_quantity, l_extendedprice)
                  SELECT o_orderkey, n, n, n, n, 5 * n FROM orders, generate_series(1, 3) AS n
                  WHERE o_comment = 'placed today'""");
        told.add(rows(placed) + " orders placed, with " + rows(items) + " line items");
        int shipped = update(
                """
                UPDATE orders SET o_orderstatus = 'F', o_channel = 'shop'
                  WHERE o_orderkey IN (SELECT o_orderkey FROM orders WHERE o_orderstatus = 'O' ORDER BY o_orderkey LIMIT 500)""");
        told.add(rows(shipped) + " orders shipped");
        int events = update(
                """
                INSERT INTO order_events (order_key, kind)
                  SELECT o_orderkey, CASE o_orderstatus WHEN 'F' THEN 'shipped' ELSE 'placed' END FROM orders
                  WHERE o_channel IS NOT NULL ORDER BY o_orderkey""");
        told.add(rows(events) + " events noted");
        int negative = update(
                """
                INSERT INTO orders (o_orderkey, o_custkey, o_orderstatus, o_totalprice, o_orderdate, o_orderpriority,
                    o_channel, o_comment)
                  SELECT top + n, n, 'O', -n, DATE '1998-08-02', '3-MEDIUM', 'web', 'price below zero'
                  FROM (SELECT max(o_orderkey) AS top FROM orders) AS keys, generate_series(1, %d) AS n"""
                        .formatted(NEGATIVE_PRICES));
        told.add(rows(negative) + " orders with a negative price, which breaks the rule price-not-negative");
        int gone = update("DELETE FROM customer WHERE c_custkey % 100 = 7");
        int moved = update("UPDATE customer SET c_address = 'moved' WHERE c_custkey % 100 = 8");
        told.add(rows(gone) + " customers deleted, " + rows(moved) + " moved");
        update("UPDATE nation SET n_comment = 'has a new comment' WHERE n_name = 'FRANCE'");
        told.add("1 nation changed");
        return told;
    }

    private int update(String sql) throws SQLException {
        try (Statement statement = shop.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private String single(String sql) throws SQLException {
        try (Statement statement = shop.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static String rows(int count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
