package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.lake.Home;
import dev.sluice.cli.lake.LocalPlatform;
import dev.sluice.embedded.Servers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The items of examples/partner against a folder of this machine, from validation to verification. */
class FilesExampleTest {

    private static final Path EXAMPLE = Path.of(System.getProperty("user.dir"), "..", "..", "examples", "partner")
            .normalize();

    @TempDir
    private static Path home;

    @TempDir
    private static Path landing;

    @TempDir
    private static Path items;

    @AfterAll
    static void stopTheServers() {
        Servers.stop(home);
    }

    private static CommandRun sluice(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--home", home.toString()));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private static void land(String key, String content, Charset encoding) throws IOException {
        Path file = landing.resolve(key);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content, encoding);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
    }

    private static void landPacked(String key, String content) throws IOException {
        land(key, "", StandardCharsets.UTF_8);
        try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(landing.resolve(key)))) {
            packed.write(content.getBytes(StandardCharsets.UTF_8));
        }
        Files.setLastModifiedTime(landing.resolve(key), FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
    }

    /** Two columns of a curated table, by the platform's own Spark. */
    private static List<String> rows(String table, String one, String other) {
        try (LocalPlatform platform = new LocalPlatform(new Home(home), Map.of())) {
            return platform
                    .spark()
                    .read()
                    .format("delta")
                    .load(platform.zones().curated().uri("partner/" + table))
                    .select(one, other)
                    .collectAsList()
                    .stream()
                    .map(row -> row.get(0) + " " + row.get(1))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void theExampleRunsFromValidationToVerification() throws IOException {
        for (String file : List.of("source.yaml", "orders.yaml", "events.yaml", "accounts.yaml", "clicks.yaml")) {
            Files.writeString(
                    items.resolve(file),
                    Files.readString(EXAMPLE.resolve(file))
                            .replace("s3://partner-landing/exports", landing.toString()));
        }
        land(
                "orders/2026/01.csv",
                "OrderNo;customer;price;changed_at\n1;Ærø Færge;12,50;2026-01-01 12:00:00\n2;B;NULL;2026-01-01 12:00:00\n3;C\n",
                Charset.forName("windows-1252"));
        land(
                "events/a.json",
                "{\"id\":\"e1\",\"at\":\"2026-01-01T00:00:00Z\",\"tags\":[\"x\"],\"size\":3}\n",
                StandardCharsets.UTF_8);
        land("events/a.json.done", "", StandardCharsets.UTF_8);
        land("events/b.json", "{\"id\":\"half\n", StandardCharsets.UTF_8);

        land("dms/public/accounts/LOAD00000001.csv", "I,,1,a,1.00\nI,,2,b,2.00\nI,,3,c,3.00\n", StandardCharsets.UTF_8);
        land(
                "dms/public/accounts/20260101-010203004.csv",
                "U,01,1,a,5.00\nD,02,2,,\nU,03,3,c,\n",
                StandardCharsets.UTF_8);
        land("clicks/processing-failed/2026/01/01/00/x", "{\"errorCode\":\"Lambda\"}", StandardCharsets.UTF_8);
        landPacked(
                "clicks/2026/01/01/00/stream-1-2026-01-01-00-00-00-0a1b",
                "{\"id\":\"1\",\"at\":\"2026-01-01T00:00:01Z\",\"page\":\"/\"}{\"id\":\"2\",\"page\":\"/a\"}");
        landPacked(
                "clicks/2026/01/01/01/stream-1-2026-01-01-01-00-00-0a1b",
                "{\"id\":\"3\",\"page\":\"/\"}\n{\"id\":\"4\"}");

        CommandRun valid = sluice("validate", "--connect", items.toString());
        assertThat(valid.code()).as(valid.out() + valid.err()).isZero();
        assertThat(valid.out())
                .contains("guarantee: file ledger. Each file is taken once, by its key, ETag and size")
                .contains("1 file is left alone for now");
        assertThat(sluice("register", items.toString()).code()).isZero();
        CommandRun plan = sluice("plan", "partner");
        assertThat(plan.out()).contains("1 file", "file ledger");
        CommandRun run = sluice("run", "partner");
        assertThat(run.code()).as(run.out() + run.err()).isZero();
        CommandRun listed = sluice("quarantine", "list", "partner/orders");
        assertThat(listed.out()).contains("line 4 of orders/2026/01.csv").contains("2 values for 4 columns");
        assertThat(sluice("quarantine", "list", "partner/accounts").out())
                .contains("not null")
                .contains("balance");
        assertThat(rows("accounts", "id", "balance")).containsExactly("1 5.00", "3 3.00");
        assertThat(rows("clicks", "id", "page")).containsExactly("1 /", "2 /a", "3 /", "4 null");
        CommandRun verified = sluice("verify", "partner");
        assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
        assertThat(verified.out()).contains("raw's copies of the files were read again");
    }
}
