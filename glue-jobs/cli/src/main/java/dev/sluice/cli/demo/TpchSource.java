package dev.sluice.cli.demo;

import io.trino.tpch.CustomerGenerator;
import io.trino.tpch.Distributions;
import io.trino.tpch.LineItemGenerator;
import io.trino.tpch.NationGenerator;
import io.trino.tpch.OrderGenerator;
import io.trino.tpch.RegionGenerator;
import io.trino.tpch.TextPool;
import io.trino.tpch.TpchEntity;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

/**
 * A shop's database: the tables of TPC-H that change from day to day, with a key each, an {@code updated_at} that a trigger
 * keeps on the tables that are read incrementally, and a table of events,
 * numbered by a sequence and empty at first.
 */
public final class TpchSource {

    /** Comments are cut from a pool of text; the standard's 300 MB would take longer to make than all rows. */
    private static final int TEXT_POOL_BYTES = 4 << 20;

    private static final int BUFFER_BYTES = 1 << 20;

    private static final List<String> SCHEMA = List.of(
            """
            CREATE TABLE region (r_regionkey bigint PRIMARY KEY, r_name varchar(25) NOT NULL, r_comment varchar(152))""",
            """
            CREATE TABLE nation (n_nationkey bigint PRIMARY KEY, n_name varchar(25) NOT NULL,
              n_regionkey bigint NOT NULL, n_comment varchar(152))""",
            """
            CREATE TABLE customer (c_custkey bigint PRIMARY KEY, c_name varchar(25) NOT NULL, c_address varchar(40),
              c_nationkey bigint NOT NULL, c_phone varchar(15), c_acctbal numeric(12,2), c_mktsegment varchar(10),
              c_comment varchar(117))""",
            """
            CREATE TABLE orders (o_orderkey bigint PRIMARY KEY, o_custkey bigint NOT NULL, o_orderstatus varchar(1),
              o_totalprice numeric(12,2), o_orderdate date, o_orderpriority varchar(15), o_clerk varchar(15),
              o_shippriority integer, o_comment varchar(79), updated_at timestamptz NOT NULL DEFAULT now())""",
            """
            CREATE TABLE lineitem (l_orderkey bigint, l_partkey bigint, l_suppkey bigint, l_linenumber integer,
              l_quantity numeric(12,2), l_extendedprice numeric(12,2), l_discount numeric(12,2), l_tax numeric(12,2),
              l_returnflag varchar(1), l_linestatus varchar(1), l_shipdate date, l_commitdate date, l_receiptdate date,
              l_shipinstruct varchar(25), l_shipmode varchar(10), l_comment varchar(44),
              updated_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (l_orderkey, l_linenumber))""",
            """
            CREATE TABLE order_events (event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
              order_key bigint NOT NULL, kind varchar(20) NOT NULL, happened_at timestamptz NOT NULL DEFAULT now())""");

    private static final List<String> AFTER_LOAD = List.of(
            "CREATE INDEX orders_updated_at ON orders (updated_at)",
            "CREATE INDEX lineitem_updated_at ON lineitem (updated_at)",
            """
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$""",
            "CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch()",
            "CREATE TRIGGER lineitem_touch BEFORE UPDATE ON lineitem FOR EACH ROW EXECUTE FUNCTION touch()",
            "ANALYZE");

    private final double scale;

    /** @param scale TPC-H's scale factor: 0.01 makes 15,000 orders, 1 makes 1.5 million */
    public TpchSource(double scale) {
        this.scale = scale;
    }

    /** Loads the shop into a database: arguments are JDBC URL, user, password and scale. */
    public static void main(String[] arguments) throws SQLException, IOException {
        if (arguments.length != 4) {
            throw new IllegalArgumentException("Arguments: JDBC-URL USER PASSWORD SCALE");
        }
        PrintStream out = System.out;
        try (Connection connection = DriverManager.getConnection(arguments[0], arguments[1], arguments[2])) {
            new TpchSource(Double.parseDouble(arguments[3])).load(connection, table -> out.println("loaded " + table));
        }
    }

    /** Creates and fills the tables in an empty database; tells of each table when it is full. Returns rows by table. */
    public Map<String, Long> load(Connection connection, Consumer<String> filled) throws SQLException, IOException {
        Distributions distributions = Distributions.getDefaultDistributions();
        TextPool text = new TextPool(TEXT_POOL_BYTES, distributions);
        try (Statement statement = connection.createStatement()) {
            for (String sql : SCHEMA) {
                statement.execute(sql);
            }
        }
        Map<String, Long> rows = new TreeMap<>();
        fill(connection, rows, filled, "region", "", new RegionGenerator(distributions, text));
        fill(connection, rows, filled, "nation", "", new NationGenerator(distributions, text));
        fill(connection, rows, filled, "customer", "", new CustomerGenerator(scale, 1, 1, distributions, text));
        fill(
                connection,
                rows,
                filled,
                "orders",
                "(o_orderkey, o_custkey, o_orderstatus, o_totalprice, o_orderdate, o_orderpriority, o_clerk,"
                        + " o_shippriority, o_comment)",
                new OrderGenerator(scale, 1, 1, distributions, text));
        fill(
                connection,
                rows,
                filled,
                "lineitem",
                "(l_orderkey, l_partkey, l_suppkey, l_linenumber, l_quantity, l_extendedprice, l_discount, l_tax,"
                        + " l_returnflag, l_linestatus, l_shipdate, l_commitdate, l_receiptdate, l_shipinstruct,"
                        + " l_shipmode, l_comment)",
                new LineItemGenerator(scale, 1, 1, distributions, text));
        try (Statement statement = connection.createStatement()) {
            for (String sql : AFTER_LOAD) {
                statement.execute(sql);
            }
        }
        rows.put("order_events", 0L);
        return rows;
    }

    private static void fill(
            Connection connection,
            Map<String, Long> rows,
            Consumer<String> filled,
            String table,
            String columns,
            Iterable<? extends TpchEntity> entities)
            throws SQLException, IOException {
        CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
        CopyIn copy = copies.copyIn("COPY " + table + " " + columns + " FROM STDIN (DELIMITER '|')");
        StringBuilder buffer = new StringBuilder(BUFFER_BYTES + 1024);
        try {
            for (TpchEntity entity : entities) {
                String line = entity.toLine();
                // A line of TPC-H ends with a delimiter.
                buffer.append(line, 0, line.length() - 1).append('\n');
                if (buffer.length() > BUFFER_BYTES) {
                    send(copy, buffer);
                }
            }
            send(copy, buffer);
            rows.put(table, copy.endCopy());
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
        filled.accept(table);
    }

    private static void send(CopyIn copy, StringBuilder buffer) throws SQLException {
        byte[] bytes = buffer.toString().getBytes(StandardCharsets.UTF_8);
        copy.writeToCopy(bytes, 0, bytes.length);
        buffer.setLength(0);
    }
}
