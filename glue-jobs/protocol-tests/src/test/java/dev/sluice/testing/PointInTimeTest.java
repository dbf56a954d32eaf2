package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.SluiceException;
import dev.sluice.history.Features;
import dev.sluice.history.PointInTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** No label sees a feature that came to be after it. */
class PointInTimeTest {

    private final SparkSession spark = TestSpark.session();

    private final Dataset<Row> customers = spark.sql(
            """
            SELECT id, city, CAST(f AS timestamp) AS _valid_from, CAST(t AS timestamp) AS _valid_to, t IS NULL AS _is_current,
                CAST(r AS timestamp) AS _recorded_at
            FROM VALUES (1, 'Aarhus', '2026-01-01', '2026-01-10', '2026-01-01 00:05'),
                (1, 'Bergen', '2026-01-10', '2026-01-20', '2026-01-15'),
                (1, 'Copenhagen', '2026-01-20', NULL, '2026-01-20 00:05'),
                (2, 'Drammen', '2026-01-05', '2026-01-08', '2026-01-05') AS v(id, city, f, t, r)
            """);

    @Test
    void aLabelGetsWhatHeldAtItsTimeAndNeverWhatCameLater() {
        Dataset<Row> labels = labels(
                "(1, '2025-12-31')",
                "(1, '2026-01-02')",
                "(1, '2026-01-09 23:59:59.999999')",
                "(1, '2026-02-01')",
                "(2, '2026-01-06')",
                "(2, '2026-01-09')",
                "(3, '2026-01-06')",
                "(1, '2026-01-02')");
        assertThat(cities(labels, Features.of("customer", customers, "id", "city")))
                .containsExactly("-", "Aarhus", "Aarhus", "Copenhagen", "Drammen", "-", "-", "Aarhus");
    }

    @Test
    void aVersionThatBeginsAtTheLabelsTimeIsLeftOutUnlessAskedFor() {
        Dataset<Row> labels =
                labels("(1, '2026-01-01')", "(1, '2026-01-10')", "(1, '2026-01-20')", "(2, '2026-01-08')");
        Features features = Features.of("customer", customers, "id", "city");
        assertThat(cities(labels, features)).containsExactly("-", "Aarhus", "Bergen", "Drammen");
        assertThat(cities(labels, features.with(Features.Tie.INCLUDED)))
                .containsExactly("Aarhus", "Bergen", "Copenhagen", "-");
    }

    @Test
    void aVersionThatWasReadAfterTheLabelIsLeftOutWhereWhatWasKnownIsAskedFor() {
        Dataset<Row> labels = labels("(1, '2026-01-12')", "(1, '2026-01-16')", "(1, '2026-01-20 00:01')");
        Features features = Features.of("customer", customers, "id", "city").with(Features.Known.BY_RECORDED_TIME);
        assertThat(cities(labels, features)).containsExactly("-", "Bergen", "-");
    }

    @Test
    void aDelayedFeatureIsTheOneThatHeldSoMuchEarlier() {
        Dataset<Row> labels = labels("(1, '2026-01-10 12:00')", "(1, '2026-01-11 12:00')", "(1, '2026-01-01 12:00')");
        Features features = Features.of("customer", customers, "id", "city").delayedBy(Duration.ofDays(1));
        assertThat(cities(labels, features)).containsExactly("Aarhus", "Bergen", "-");
    }

    /** Random features whose value is the time they began at: none may be later than its label, or not the last before. */
    @Test
    void nothingLeaksInAnyOfManyJoins() {
        Random random = new Random(7);
        String versions = String.join(
                ", ",
                IntStream.range(0, 20)
                        .mapToObj(key -> random.ints(0, 1000)
                                .distinct()
                                .limit(15)
                                .sorted()
                                .boxed()
                                .toList())
                        .flatMap(times -> {
                            int key = random.nextInt(1_000_000);
                            return IntStream.range(0, times.size())
                                    .mapToObj(place -> "(" + key + ", " + times.get(place) + ", "
                                            + (place + 1 < times.size() ? times.get(place + 1) : "NULL") + ")");
                        })
                        .toList());
        Dataset<Row> history = spark.sql(
                "SELECT id, f AS began, timestamp_seconds(f) AS _valid_from, timestamp_seconds(t) AS _valid_to,"
                        + " t IS NULL AS _is_current, timestamp_seconds(f) AS _recorded_at FROM VALUES " + versions
                        + " AS v(id, f, t)");
        Dataset<Row> labels = history.select("id")
                .distinct()
                .crossJoin(spark.range(0, 1000, 7).toDF("second"))
                .selectExpr("id", "second", "timestamp_seconds(second) AS at");
        Dataset<Row> joined = PointInTime.join(labels, "at", List.of(Features.of("f", history, "id", "began")));
        joined.createOrReplaceTempView("joined");
        history.createOrReplaceTempView("history_of_features");
        assertThat(joined.count()).isEqualTo(labels.count());
        assertThat(joined.filter("f_began >= second").count()).as("leaks").isZero();
        assertThat(spark.sql(
                                """
                                SELECT j.id, j.second FROM joined j JOIN history_of_features h ON h.id = j.id AND h.began < j.second
                                GROUP BY j.id, j.second, j.f_began HAVING NOT j.f_began <=> max(h.began)
                                """)
                        .count())
                .as("labels without the last feature before them")
                .isZero();
    }

    @Test
    void inputsThatCannotBeJoinedAreNamed() {
        Dataset<Row> labels = labels("(1, '2026-01-02')");
        Features features = Features.of("customer", customers, "id", "city");
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> PointInTime.join(labels, "id", List.of(features)))
                .withMessage("Cannot join features to labels: label column id is int, not timestamp. Cast it");
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> PointInTime.join(
                        labels, "at", List.of(Features.of("c", customers.drop("_valid_to"), "id", "city"))))
                .withMessageStartingWith(
                        "Cannot join features to labels: history of features c has no column _valid_to;")
                .withMessageEndingWith("Give a table of curate.mode history");
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> PointInTime.join(labels, "at", List.of(features, features)))
                .withMessage(
                        "Cannot join features to labels: the outcome would have column customer_city twice. Give the"
                                + " features another name");
    }

    private Dataset<Row> labels(String... rows) {
        return spark.sql("SELECT id, CAST(at AS timestamp) AS at, place FROM VALUES "
                + String.join(
                        ", ",
                        IntStream.range(0, rows.length)
                                .mapToObj(place -> rows[place].replace(")", ", " + place + ")"))
                                .toList())
                + " AS v(id, at, place)");
    }

    private static List<String> cities(Dataset<Row> labels, Features features) {
        Dataset<Row> joined = PointInTime.join(labels, "at", List.of(features));
        assertThat(Arrays.asList(joined.columns()))
                .containsExactly("id", "at", "place", "customer_city", "customer_valid_from");
        return joined.orderBy("place").collectAsList().stream()
                .map((Row row) -> row.isNullAt(3) ? "-" : row.getString(3))
                .toList();
    }
}
