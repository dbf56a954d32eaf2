package dev.sluice.localglue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.glue.DataSource;
import com.amazonaws.services.glue.DynamicFrame;
import com.amazonaws.services.glue.errors.CallSite;
import com.amazonaws.services.glue.util.Job;
import com.amazonaws.services.glue.util.JsonOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest {
    private static final long HOUR = 3_600_000;
    private static final long START = 1_700_000_000_000L;

    @TempDir
    private Path home;

    private Path data;
    private Lake lake;

    @BeforeEach
    void createFiles() throws IOException {
        lake = new Lake(home, "files");
        data = Files.createDirectory(home.resolve("data"));
        write("b.json", "b", START);
        write("a.json", "a", START + HOUR);
    }

    @Test
    void aRunReadsFilesModifiedSinceByTimeNotByName() throws IOException {
        assertThat(run("")).containsExactly("a", "b");
        assertThat(run("")).isEmpty();
        write("0-first-by-name.json", "new", START + 2 * HOUR);
        assertThat(run("")).containsExactly("new");
        write("z-last-by-name.json", "old", START + HOUR);
        assertThat(run("")).isEmpty();
    }

    @Test
    void aModifiedFileIsReadAgainWhole() throws IOException {
        run("");
        write("b.json", "b2", START + 3 * HOUR);
        assertThat(run("")).containsExactly("b2");
        assertThat(run("")).isEmpty();
        write("b.json", "b3", START + 3 * HOUR + 1);
        assertThat(run("")).containsExactly("b3");
    }

    @Test
    void withinTheBandFilesAreToldApartByName() throws IOException {
        run("");
        write("late.json", "late", START + HOUR - 899_999);
        assertThat(run("")).containsExactly("late");
        assertThat(run("")).isEmpty();
        write("later.json", "later", START + HOUR - 900_000);
        assertThat(run("")).isEmpty();
        write("narrow.json", "narrow", START + 5 * HOUR);
        assertThat(run(", 'maxBand': '1000'")).containsExactly("narrow");
        write("slow.json", "slow", START + 5 * HOUR - 1000);
        assertThat(run(", 'maxBand': '1000'")).isEmpty();
    }

    @Test
    void boundedRunsTakeTheOldestFirstAndLoseNone() throws IOException {
        write("c.json", "c", START + HOUR);
        assertThat(run(", 'boundedFiles': '2'")).containsExactly("a", "b");
        assertThat(run(", 'boundedFiles': '2'")).containsExactly("c");
        assertThat(run(", 'boundedFiles': '2'")).isEmpty();
        write("d.json", "d", START + 2 * HOUR);
        write("e.json", "e", START + 3 * HOUR);
        assertThat(run(", 'boundedSize': '1'")).containsExactly("d");
        assertThat(run(", 'boundedSize': '1000'")).containsExactly("e");
        assertThatThrownBy(() -> run(", 'boundedSize': '1', 'boundedFiles': '1'"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("boundedFiles and boundedSize are both given");
    }

    @Test
    void aPausedRunReadsTheFilesBetweenTwoRuns() throws IOException {
        run("");
        write("c.json", "c", START + 2 * HOUR);
        run("");
        write("d.json", "d", START + 3 * HOUR);
        run("");
        lake.start("pause", "job-bookmark-from", "jr_1", "job-bookmark-to", "jr_2");
        assertThat(names(source("files", "").getDataFrame())).containsExactly("c");
        lake.start("pause", "job-bookmark-from", "jr_1", "job-bookmark-to", "jr_3");
        assertThat(names(source("files", "").getDataFrame())).containsExactly("c", "d");
    }

    @Test
    void foldersHiddenFilesAndExclusionsAreObserved() throws IOException {
        Files.createDirectories(data.resolve("deep/er"));
        write("deep/er/x.json", "x", START);
        write("deep/y.json", "y", START);
        write("_SUCCESS", "hidden", START);
        write(".part", "hidden", START);
        assertThat(names(source("", "").getDataFrame())).containsExactly("a", "b");
        assertThat(names(source("", ", 'recurse': true").getDataFrame())).containsExactly("a", "b", "x", "y");
        assertThat(names(source("", ", 'recurse': 'true', 'exclusions': '[\\\"deep/er/**\\\", \\\"a.*\\\"]'")
                        .getDataFrame()))
                .containsExactly("b", "y");
        assertThat(names(source("", ", 'exclusions': '[\\\"" + data + "/b*\\\"]'")
                        .getDataFrame()))
                .containsExactly("a");
    }

    @Test
    void theFormatsKeepGluesNamesAndOptions() throws IOException {
        Files.writeString(data.resolve("x.csv"), "1;'p;q'\n2;r\n");
        Dataset<Row> bare = files("csv", "x.csv", "{\"separator\": \";\", \"quoteChar\": \"'\"}");
        assertThat(bare.columns()).containsExactly("col0", "col1");
        assertThat(bare.first().getString(1)).isEqualTo("p;q");
        assertThat(files("csv", "x.csv", "{\"separator\": \";\", \"withHeader\": true, \"quoteChar\": -1}")
                        .count())
                .isEqualTo(1);
        assertThatThrownBy(() -> files("xml", "x.csv", "{}"))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("Cannot use file format: xml; what works on one machine");
        assertThatThrownBy(() -> files("csv", "x.csv", "{\"optimizePerformance\": true}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Cannot use option of format csv: optimizePerformance");
        assertThatThrownBy(() -> files("csv", "nowhere", "{}"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("nowhere; no such file or folder");
    }

    @Test
    void aSinkAppendsFilesByPartitionAndNothingForAnEmptySource() {
        Path out = home.resolve("out");
        JsonOptions options = new JsonOptions("{\"path\": \"" + out + "\", \"partitionKeys\": [\"name\"]}");
        DynamicFrame frame = source("", "").getDynamicFrame();
        for (int i = 0; i < 2; i++) {
            var sink = Lake.GLUE.getSinkWithFormat("s3", options, "", null, JsonOptions.empty());
            sink.setFormat("glueparquet", JsonOptions.empty());
            sink.writeDynamicFrame(frame, new CallSite("test", ""));
        }
        assertThat(Lake.session().read().parquet(out.toString()).count()).isEqualTo(4);
        assertThat(out.resolve("name=a")).isDirectory();
        DynamicFrame none = DynamicFrame.apply(Lake.session().emptyDataFrame(), Lake.GLUE);
        JsonOptions nowhere = new JsonOptions("{\"path\": \"" + home.resolve("nothing") + "\"}");
        Lake.GLUE
                .getSinkWithFormat("file", nowhere, "", "json", JsonOptions.empty())
                .writeDynamicFrame(none, new CallSite("test", ""));
        assertThat(home.resolve("nothing")).doesNotExist();
    }

    private Dataset<Row> files(String format, String name, String formatOptions) {
        return Lake.GLUE
                .getSourceWithFormat(
                        "file",
                        new JsonOptions("{\"paths\": [\"" + data.resolve(name) + "\"]}"),
                        "",
                        format,
                        new JsonOptions(formatOptions))
                .getDataFrame();
    }

    private DataSource source(String context, String more) {
        String json = ("{'paths': ['" + data + "']" + more + "}").replace('\'', '"');
        return Lake.GLUE.getSourceWithFormat("s3", new JsonOptions(json), context, "json", JsonOptions.empty());
    }

    private List<String> run(String more) {
        lake.start("enable");
        List<String> names = names(source("files", more).getDataFrame());
        Job.commit();
        return names;
    }

    private static List<String> names(Dataset<Row> rows) {
        return rows.columns().length == 0
                ? List.of()
                : rows.select("name").sort("name").collectAsList().stream()
                        .map(row -> row.getString(0))
                        .toList();
    }

    private void write(String name, String content, long modified) throws IOException {
        Path file = Files.writeString(data.resolve(name), "{\"name\": \"" + content + "\", \"size\": 1}\n");
        Files.setLastModifiedTime(file, FileTime.fromMillis(modified));
    }
}
