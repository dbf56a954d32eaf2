package dev.sluice.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.settings.SettingsParser;
import dev.sluice.settings.SettingsProblem;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import dev.sluice.settings.ViewSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViewCheckTest {

    private static final List<TableSettings> TABLES = List.of(
            table(
                    "web-shop",
                    "orders",
                    Map.of("mode", "merge", "primary-key", List.of("id")),
                    "id bigint",
                    "customer_id bigint",
                    "day date",
                    "price decimal(12,2)",
                    "discount decimal(12,2)",
                    "amount decimal(30,10)",
                    "weight double",
                    "quantity int",
                    "name string",
                    "placed_at timestamp"),
            table(
                    "web-shop",
                    "customers",
                    Map.of("mode", "history", "primary-key", List.of("id"), "valid-time", "changed_at"),
                    "id bigint",
                    "email string hash",
                    "phone string omit",
                    "changed_at timestamp"));

    private static TableSettings table(String source, String name, Map<String, Object> curate, String... columns) {
        return SettingsParser.parseTable(Map.of(
                "source",
                source,
                "table",
                name,
                "version",
                1,
                "extract",
                Map.of("relation", "public." + name),
                "schema",
                Map.of(
                        "columns",
                        Arrays.stream(columns).map(ViewCheckTest::column).toList(),
                        "masking-secret",
                        "key"),
                "curate",
                curate));
    }

    private static Map<String, Object> column(String text) {
        String[] words = text.split(" ");
        return words.length == 3
                ? Map.of("name", words[0], "type", words[1], "masking", words[2])
                : Map.of("name", words[0], "type", words[1]);
    }

    private static ViewSettings view(String name, String sql, List<String> tables, String... columns) {
        return SettingsParser.parseView(Map.of(
                "source",
                "web-shop",
                "view",
                name,
                "version",
                1,
                "sql",
                sql,
                "tables",
                tables,
                "columns",
                Arrays.stream(columns).map(ViewCheckTest::column).toList()));
    }

    private static List<SettingsProblem> problems(ViewSettings view, ViewSettings... others) {
        List<ViewSettings> views = new ArrayList<>(List.of(others));
        views.add(view);
        return new ViewCheck(Definitions.of(TABLES, views)).check(view).problems();
    }

    /** The problems of a SELECT of one column {@code x} over the orders. */
    private static List<SettingsProblem> problemsOf(String expression, String type) {
        return problems(view(
                "v", "SELECT " + expression + " AS x FROM web_shop.orders", List.of("web-shop/orders"), "x " + type));
    }

    @Test
    void aViewOverTablesAndViewsIsUsable() {
        ViewSettings totals = view(
                "totals",
                """
                WITH priced AS (
                  SELECT o.id, o.customer_id, extract(year FROM o.day) AS year, price * (1 - discount) AS net,
                    row_number() OVER (PARTITION BY customer_id ORDER BY o.day DESC, o.id) AS place
                  FROM web_shop.orders o
                  WHERE o.day >= DATE '2026-01-01' - INTERVAL '1' MONTH AND NOT (o.name LIKE 'a%' OR o.quantity IN (1, 2)))
                SELECT c.id AS customer_id, year, CAST(sum(net) AS decimal(18,2)) AS net, count(DISTINCT p.id) AS orders,
                  max(CASE WHEN place = 1 THEN p.id END) AS last_order, -- of the year
                  CAST(sum(net) AS double) / count(*) AS mean
                FROM priced p JOIN web_shop.customers c ON p.customer_id = c.id AND c._is_current
                WHERE EXISTS (SELECT 1 FROM web_shop.orders later WHERE later.id > p.id)
                GROUP BY c.id, year HAVING count(*) > 1""",
                List.of("web-shop/orders", "web-shop/customers"),
                "customer_id bigint",
                "year int",
                "net decimal(18,2)",
                "orders bigint",
                "last_order bigint",
                "mean double");
        ViewSettings best = view(
                "best",
                "SELECT totals.customer_id, net FROM web_shop.totals WHERE net > 10 ORDER BY net DESC NULLS LAST LIMIT 5",
                List.of("web-shop/totals"),
                "customer_id bigint",
                "net decimal(20,3)");
        assertThat(problems(totals, best)).isEmpty();
        assertThat(problems(best, totals)).isEmpty();
    }

    @Test
    void allUnknownColumnsAndAllColumnsThatDifferAreFoundAtOnce() {
        assertThat(problems(view(
                        "v",
                        "SELECT o.idd AS a,\n phone, c.nothing_of_the_kind FROM web_shop.orders o"
                                + " JOIN web_shop.customers c ON o.id = c.id",
                        List.of("web-shop/orders", "web-shop/customers"),
                        "a bigint")))
                .extracting(SettingsProblem::toString)
                .containsExactly(
                        "sql: Line 1: Reads a column that nothing there has: o.idd. Did you mean id?",
                        "sql: Line 2: Reads a column that curated does not have: phone of web-shop/customers is left out by"
                                + " masking: omit. Take it out of the SELECT; what is left out is in raw alone.",
                        "sql: Line 2: Reads a column that nothing there has: c.nothing_of_the_kind. Name a column of"
                                + " schema.columns of the tables that are read, by name and not by source.");
        assertThat(problems(view(
                        "v",
                        "SELECT id, price AS a, name FROM web_shop.orders",
                        List.of("web-shop/orders"),
                        "id int",
                        "a decimal(10,2)",
                        "b string")))
                .extracting(SettingsProblem::toString)
                .containsExactly(
                        "columns[0].type: Does not hold what the SELECT yields: id is bigint there, and int here. Declare"
                                + " that type, or write CAST(… AS int) in the SELECT.",
                        "columns[1].type: Does not hold what the SELECT yields: a is decimal(12,2) there, and decimal(10,2)"
                                + " here. Declare that type, or write CAST(… AS decimal(10,2)) in the SELECT.",
                        "columns[2].name: Is not yielded by the SELECT: b. Name a column of the SELECT so by AS b, or leave it"
                                + " out.",
                        "columns: Lacks a column that the SELECT yields: name. Declare it, or take it out of the SELECT.");
    }

    @Test
    void tablesAreThoseThatTheItemLists() {
        ViewSettings view = view(
                "v",
                "SELECT o.id AS x FROM web_shop.orders o, web_shop.payments, plain, web_shop.orders web_shop",
                List.of("web-shop/orders", "web-shop/customers", "web-shop/absent"),
                "x bigint");
        ViewCheck.Findings findings = new ViewCheck(Definitions.of(TABLES, List.of())).check(view);
        assertThat(findings.unknown()).containsExactly(new TableName("web-shop", "absent"));
        assertThat(findings.problems())
                .extracting(problem -> problem.path() + ": " + problem.message())
                .containsExactlyInAnyOrder(
                        "sql: Line 1: Has the name of a database: web_shop.",
                        "sql: Line 1: Reads web_shop.payments, which tables does not list.",
                        "sql: Line 1: Reads plain, which tables does not list.",
                        "tables[1]: Is not read by the SELECT: web-shop/customers.",
                        "tables[2]: Is not read by the SELECT: web-shop/absent.");
    }

    @Test
    void aCircleOfViewsIsFoundInEachOfThem() {
        ViewSettings first = view("a", "SELECT x FROM web_shop.b", List.of("web-shop/b"), "x int");
        ViewSettings second = view("b", "SELECT x FROM web_shop.a", List.of("web-shop/a"), "x int");
        ViewSettings above = view("c", "SELECT x FROM web_shop.a", List.of("web-shop/a"), "x int");
        assertThat(problems(first, second, above))
                .extracting(SettingsProblem::message)
                .containsExactly("Leads back to the view itself: web-shop/a reads web-shop/b reads web-shop/a.");
        assertThat(problems(second, first)).hasSize(1);
        assertThat(problems(above, first, second)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO web_shop.orders SELECT * FROM web_shop.orders",
                "DROP TABLE web_shop.orders",
                "SELECT id AS x FROM web_shop.orders; SELECT 1",
                "FROM web_shop.orders SELECT id AS x",
                "SELECT id AS x FORM web_shop.orders",
                "SELECT id AS x FROM web_shop.orders WHERE name = 'open",
                "CREATE VIEW a AS SELECT id AS x FROM web_shop.orders",
            })
    void whatIsNotOneSelectIsRefused(String sql) {
        assertThat(problems(view("v", sql, List.of("web-shop/orders"), "x bigint")))
                .anySatisfy(problem -> assertThat(problem.path()).isEqualTo("sql"));
    }

    /** An expression over the orders, its type, and what is wrong with it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "nvl(name, 'a')             | string        | Calls nvl, which is not among the functions",
                "replace(name, 'a')         | string        | Calls replace with 2 arguments.",
                "trim(name)                 | string        | Calls trim,",
                "date_trunc('MM', placed_at)| timestamp     | Calls date_trunc for what Spark and Athena do not share",
                "name RLIKE 'a'             | boolean       | Has what Athena and Spark do not share: RLike",
                "quantity & 1               | int           | Has &.",
                "quantity / 2               | double        | Divides INT by INT",
                "price / discount           | decimal(27,15)| Divides DECIMAL(12,2) by DECIMAL(12,2)",
                "amount * amount            | decimal(38,6) | Multiplies decimals to more digits",
                "avg(price)                 | decimal(16,6) | Averages a decimal",
                "day >= '2026-01-01'        | boolean       | of type STRING for DATE, which Spark does by itself",
                "quantity = '1'             | boolean       | which Spark does by itself",
                "concat(name, quantity)     | string        | of type INT for STRING",
                "date_trunc('month', day)   | timestamp     | of type DATE for TIMESTAMP",
                "day + 1                    | date          | Adds a number to a date",
                "CAST(price AS int)         | int           | Casts a fraction to a whole number",
                "CAST(weight AS varchar(9)) | string        | Casts DOUBLE to text",
                "CAST(id AS string)         | string        | Has a CAST to string",
                "CAST(id AS decimal)        | decimal(10,0) | Has a CAST to decimal without a size",
                "CAST(id AS varchar)        | string        | Has a CAST to varchar without a size",
                "id::int                    | int           | Has ::.",
                "2BD                        | int           | Has the number 2bd",
                "\"name\"                   | string        | Has \".",
                "'it''s'                    | string        | Has '' in text",
                "'a\\b'                     | string        | Has a backslash in text",
                "name IS NOT TRUE           | boolean       | Has IS with a truth value",
                "day + INTERVAL 3 DAYS      | date          | Has an interval that Athena does not read",
                "min(day) - max(day)        | int           | Subtracts times",
                "rank() OVER (ORDER BY name)| int           | Orders by what may be NULL",
                "count(DISTINCT id, name)   | bigint        | Calls count with 2 arguments.",
            })
    void whatSparkAndAthenaUnderstandDifferentlyIsRefused(String expression, String type, String says) {
        assertThat(problemsOf(expression, type)).anySatisfy(problem -> {
            assertThat(problem.path()).isEqualTo("sql");
            assertThat(problem.message()).contains(says);
            assertThat(problem.remedy()).isNotBlank();
        });
    }

    /** What stands after SELECT, over the orders. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* FROM web_shop.orders                                                      | Has *",
                "id AS x FROM web_shop.orders ORDER BY id                                    | Has an ORDER BY without LIMIT",
                "id AS x FROM web_shop.orders LEFT ANTI JOIN web_shop.orders p USING (id)    | Has a join that Athena does not know: LeftAnti",
                "id AS x FROM web_shop.orders MINUS SELECT id FROM web_shop.orders           | Has MINUS",
                "id AS x, count(*) AS n FROM web_shop.orders GROUP BY id HAVING n > 1        | Has a name of the SELECT in HAVING",
                "id AS x FROM web_shop.orders LATERAL VIEW explode(array(1)) e AS f          | Has what Athena and Spark do not share: Generate",
                "/*+ BROADCAST(o) */ id AS x FROM web_shop.orders o                          | Has /*+.",
                "id AS x FROM web_shop.orders GROUP BY id WITH ROLLUP                        | Has WITH rollup",
                "quantity AS x, count(*) AS n FROM web_shop.orders GROUP BY x                | Reads a column that nothing there has: x.",
                "id AS x, x + 1 AS y FROM web_shop.orders                                    | Reads a column that nothing there has: x.",
                "id AS x, name FROM web_shop.orders GROUP BY id                              | Does not fit its tables",
            })
    void clausesThatAthenaDoesNotHaveAreRefused(String select, String says) {
        assertThat(problems(view("v", "SELECT " + select, List.of("web-shop/orders"), "x bigint")))
                .anySatisfy(problem -> assertThat(problem.message()).contains(says));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rank() OVER (ORDER BY name NULLS LAST)",
                "rank() OVER (ORDER BY name NULLS FIRST)",
                "rank() OVER (ORDER BY name DESC)",
                "CAST(floor(price) AS int)",
                "CAST(weight / 2 AS decimal(9,0))",
                "CAST(length(trim(BOTH ' ' FROM name)) AS decimal(9,0))",
                "year(day + INTERVAL '3' DAY) - quantity % 2",
                "sum(quantity) OVER (PARTITION BY day ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
            })
    void theSameWrittenPortablyIsUsable(String expression) {
        assertThat(problemsOf(expression, "decimal(22,2)")).isEmpty();
    }

    @Test
    void aMaskedColumnIsToldOf() {
        ViewSettings view = view(
                "v",
                "SELECT h.mail AS x FROM (SELECT email AS mail FROM web_shop.customers) h",
                List.of("web-shop/customers"),
                "x string");
        ViewCheck.Findings findings = new ViewCheck(Definitions.of(TABLES, List.of(view))).check(view);
        assertThat(findings.problems()).isEmpty();
        assertThat(findings.notes())
                .containsExactly("column email of web-shop/customers is masked: it holds a keyed hash");
    }

    @Test
    void anEngineGetsItsOwnNamesAndTheDeclaredTypes() {
        ViewSettings view = view(
                "v",
                "SELECT orders.id, web_shop.orders.price AS \"p\", 'web_shop.orders' AS t -- web_shop.orders\n"
                        + "FROM Web_Shop.Orders, x.web_shop.orders",
                List.of("web-shop/orders"),
                "id bigint",
                "p decimal(12,2)");
        assertThat(ViewSql.statement(view, "dev_", type -> type.ddl().toUpperCase(java.util.Locale.ROOT)))
                .isEqualTo(
                        """
                        SELECT
                          CAST(id AS BIGINT) AS id,
                          CAST(p AS DECIMAL(12,2)) AS p
                        FROM (
                        SELECT orders.id, dev_web_shop.orders.price AS "p", 'web_shop.orders' AS t -- web_shop.orders
                        FROM dev_web_shop.Orders, x.web_shop.orders
                        ) AS definition""");
    }
}
