package dev.sluice.testing.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.RunListener;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Items;
import dev.sluice.testing.Lake;
import dev.sluice.testing.MariaDbServer;
import dev.sluice.verify.Comparison;
import dev.sluice.verify.Difference.Explanation;
import dev.sluice.verify.NotCompared;
import dev.sluice.verify.Scope;
import dev.sluice.verify.Verdict;
import dev.sluice.verify.Verification;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Checksums that the database computes are those of the lake, for every type and its ends. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
@ResourceLock(MariaDbServer.TRANSACTIONS)
class MysqlVerificationTest {

    private static final TableName TABLE = TableName.parse("shop/every");

    private static final String EVERY_TYPE =
            """
            SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00';
            CREATE TABLE every (id int PRIMARY KEY, flag tinyint(1), tiny tinyint unsigned, big bigint unsigned, n decimal(20,6),
                wide decimal(38,0), f float, d double, b1 bit(1), b8 bit(8), y year, day date, local datetime(6) NULL,
                at timestamp(6) NULL, t time(6), v varchar(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci,
                l varchar(20) CHARACTER SET latin1, c char(5), bin varbinary(10), e enum('x','y'), s set('x','y'), j json);
            INSERT INTO every VALUES
             (1, 1, 0, 0, 0, 0, 0, 0, b'0', b'0', 1901, '0001-01-01', '0001-01-01', '1970-01-01 00:00:01', '00:00:00', '', '', '',
                 '', 'x', '', '{}'),
             (2, 0, 255, 18446744073709551615, -99999999999999.999999, 99999999999999999999999999999999999999, -0.0, -0.0, b'1',
                 b'11111111', 2155, '9999-12-31', '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07.999999', '-838:59:59.999999',
                 'Ünï😀 "q" \\\\ | : -', 'naïve', 'ab', x'00ff10', 'y', 'x,y', '"x"'),
             (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                 NULL, NULL),
             (4, 1, 1, 1, 0.000001, -1, 0.1, 0.1, b'1', b'1', 2026, '1582-10-10', '1969-12-31 23:59:59.999999',
                 '2026-10-25 01:30:00.000001', '838:59:59', 'ABC', 'ß', 'x', x'de', 'x', 'y', '[1, null]'),
             (5, 1, 1, 1, 1, 1, 3.4028234e38, 1.7976931348623157e308, b'1', b'1', 2026, '2000-02-29', '2026-03-29 02:30:00',
                 '2026-03-29 02:30:00', '1:2:3', 'abc', 'abc', 'y', x'', 'x', 'y', 'null'),
             (6, 1, 1, 1, 1, 1, 1e-45, 4.9e-324, b'1', b'1', 2026, '1970-01-01', '1970-01-01', '1970-01-01 00:00:01', '1:2:3',
                 'abc ', ' abc', 'y', x'', 'x', 'y', 'null');
            """;

    private final MysqlSource source = new MysqlSource();

    private Lake ingest(Path folder) {
        Lake lake = Lake.in(folder).connect("shop", source.database.endpoint());
        Items item = source.item("every")
                .columns(
                        "id int not null",
                        "flag boolean",
                        "tiny smallint",
                        "big decimal(20,0)",
                        "n decimal(26,6)",
                        "wide decimal(38,0)",
                        "f float",
                        "d double",
                        "b1 boolean",
                        "b8 bigint",
                        "y int",
                        "day date",
                        "local timestamp",
                        "at timestamp",
                        "t string",
                        "v string",
                        "l string",
                        "c string",
                        "bin binary",
                        "e string",
                        "s string",
                        "j string")
                .merge("id");
        lake.settings().register(item.build(), SettingsStore.Existing.REPLACE);
        assertThat(new Ingest(lake, RunListener.NONE)
                        .run(IngestRequest.of("run-1", List.of(TABLE)))
                        .failed())
                .isEmpty();
        return lake;
    }

    private static Comparison verify(Lake lake) {
        return new Verification(lake)
                .verify(TABLE, Set.of(Scope.CURATED))
                .comparisons()
                .get(0);
    }

    @Test
    void everyTypesEndsAreEqual(@TempDir Path folder) {
        source.database.execute(EVERY_TYPE);
        Comparison comparison = verify(ingest(folder));
        assertThat(comparison.differences()).isEmpty();
        assertThat(comparison.verdict()).isEqualTo(Verdict.EQUAL);
        assertThat(comparison.notCompared()).extracting(NotCompared::column).isEmpty();
    }

    @Test
    void aValueThatNothingHoldsIsInQuarantineAndSoExplained(@TempDir Path folder) {
        source.database.execute(EVERY_TYPE
                + "INSERT INTO every (id, flag) VALUES (10, 2); INSERT INTO every (id, day) VALUES (11, '0000-00-00');"
                + "INSERT INTO every (id, local) VALUES (12, '2021-02-31 10:00:00')");
        Comparison comparison = verify(ingest(folder));
        assertThat(comparison.counts()).singleElement().satisfies(count -> {
            assertThat(count.explanation()).contains(Explanation.QUARANTINED);
            assertThat(count.keys()).isEqualTo(3);
        });
    }

    @Test
    void aChangeOfCaseOrOfABlankIsADifference(@TempDir Path folder) {
        source.database.execute(EVERY_TYPE);
        Lake lake = ingest(folder);
        source.database.execute("UPDATE every SET v = 'abc' WHERE id = 4; UPDATE every SET v = 'abc' WHERE id = 6");
        assertThat(verify(lake).differences())
                .extracting(difference -> difference.key().get("id"))
                .containsExactlyInAnyOrder("4", "6");
    }
}
