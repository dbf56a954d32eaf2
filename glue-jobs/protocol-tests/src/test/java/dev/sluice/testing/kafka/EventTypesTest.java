package dev.sluice.testing.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Step;
import dev.sluice.database.KafkaEndpoint;
import dev.sluice.kafka.Connector;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.RunListener;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.ConnectionSettings.Kafka.Security;
import dev.sluice.settings.EventFormat;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Crash;
import dev.sluice.testing.Items;
import dev.sluice.testing.Lake;
import dev.sluice.testing.RowsOf;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every type of PostgreSQL through Debezium, in both formats, by snapshot and by stream. */
class EventTypesTest {

    private static final TableName TABLE = TableName.parse("shop/things");

    private static final String VALUES =
            """
            true, -32768, 2147483647, 9223372036854775807, 1.5, -2.25, 12345678.90, 12345678901234567890.12345,
            'Grüße', '\\x00ff10', '2024-02-29', '23:59:59.123456', '2024-02-29 12:34:56.789', '1969-12-31 23:59:59.999999',
            '2024-02-29 12:34:56.123456+02', 'b5a31f1c-0000-4000-8000-000000000001', '{"a": [1, null]}', '{1,NULL,3}',
            '{x,"y z"}', '10.0.0.1', 'happy'""";

    @ParameterizedTest
    @EnumSource(Connector.Format.class)
    void everyTypeArrivesAsItIs(Connector.Format format, @TempDir Path folder) {
        try (ChangeStream stream = ChangeStream.of(format)) {
            stream.database()
                    .execute(
                            """
                            CREATE TYPE mood AS ENUM ('sad', 'happy');
                            CREATE TABLE things (id int PRIMARY KEY, flag boolean, small smallint, medium int, large bigint,
                                single real, double double precision, price numeric(12,2), any_number numeric, label text,
                                bytes bytea, day date, clock time, at_millis timestamp(3), at timestamp, instant timestamptz,
                                code uuid, document jsonb, numbers int[], words text[], address inet, feeling mood);
                            INSERT INTO things VALUES (1, %s);
                            INSERT INTO things (id) VALUES (2);
                            """
                                    .formatted(VALUES));
            stream.start();
            stream.catchUp();
            stream.database()
                    .execute("INSERT INTO things VALUES (3, " + VALUES + "); INSERT INTO things (id) VALUES (4);"
                            + "INSERT INTO things (id, day) VALUES (5, 'infinity');"
                            + "INSERT INTO things (id, instant) VALUES (6, '-infinity')");
            stream.catchUp();
            Lake lake = register(stream, format, folder);
            // The batch is complete in raw, with the schemas it was written with: no registry is needed any more.
            assertThat(run(lake, new Crash(new Crash.Point(Step.COMMIT_MANIFEST, Crash.Side.AFTER)))
                            .failed())
                    .isNotEmpty();
            lake.connect(
                    "shop",
                    new KafkaEndpoint(
                            KafkaServer.broker().bootstrapServers(),
                            Security.PLAINTEXT,
                            Optional.empty(),
                            Optional.of(new KafkaEndpoint.Registry("http://127.0.0.1:1", Optional.empty()))));
            assertThat(run(lake, RunListener.NONE).tables().get(0).status()).isEqualTo(TableOutcome.Status.RESUMED);
            assertEqual(stream, lake);
            assertThat(lake.bookmarks().findBatch(TABLE, 1).orElseThrow().quarantined())
                    .as("infinity")
                    .isEqualTo(2);
        }
    }

    private static Lake register(ChangeStream stream, Connector.Format format, Path folder) {
        Lake lake = Lake.in(folder).connect("shop", KafkaServer.endpoint());
        lake.settings()
                .register(
                        Items.table(TABLE.toString())
                                .topic(
                                        stream.topic("things"),
                                        format == Connector.Format.JSON
                                                ? EventFormat.DEBEZIUM_JSON
                                                : EventFormat.DEBEZIUM_AVRO)
                                .columns(
                                        "id int not null",
                                        "flag boolean",
                                        "small smallint",
                                        "medium int",
                                        "large bigint",
                                        "single float",
                                        "double double",
                                        "price decimal(12,2)",
                                        "any_number decimal(38,5)",
                                        "label string",
                                        "bytes string",
                                        "day date",
                                        "clock string",
                                        "at_millis timestamp_ntz",
                                        "at timestamp_ntz",
                                        "instant timestamp",
                                        "code string",
                                        "document string",
                                        "address string",
                                        "feeling string")
                                .column(joined("numbers"))
                                .column(joined("words"))
                                .merge("id")
                                .build(),
                        SettingsStore.Existing.REPLACE);
        return lake;
    }

    private static ColumnSettings joined(String name) {
        return new ColumnSettings(
                name,
                ColumnType.of("string"),
                true,
                name,
                Optional.empty(),
                Optional.of("array_join(" + name + ", ',', '-')"));
    }

    private static RunReport run(Lake lake, RunListener listener) {
        return new Ingest(lake, listener).run(IngestRequest.of("run-" + UUID.randomUUID(), List.of(TABLE)));
    }

    private static void assertEqual(ChangeStream stream, Lake lake) {
        assertThat(RowsOf.curated(
                        lake,
                        TABLE.toString(),
                        "id",
                        "flag",
                        "small",
                        "medium",
                        "large",
                        "single",
                        "double",
                        "price",
                        "any_number",
                        "label",
                        "bytes",
                        "day",
                        "clock",
                        "at_millis",
                        "at",
                        "instant",
                        "code",
                        "document",
                        "address",
                        "feeling",
                        "numbers",
                        "words"))
                .isEqualTo(
                        RowsOf.query(
                                stream.database(),
                                """
                        SELECT id, flag::text, small, medium, large, single::text, double::text, price, any_number,
                            label, encode(bytes, 'hex'), day, clock, at_millis::text, at::text,
                            (instant AT TIME ZONE 'UTC')::text, code, document, host(address), feeling,
                            array_to_string(numbers, ',', '-'), array_to_string(words, ',', '-')
                        FROM things WHERE id NOT IN (5, 6)"""));
    }
}
