package dev.sluice.testing.files;

import dev.sluice.settings.FileSettings;
import dev.sluice.testing.Items;
import dev.sluice.testing.Lake;
import dev.sluice.testing.contract.ExtractorContract;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A folder that each write lands new files in. */
abstract class FilesContract extends ExtractorContract {

    private Path folder;
    private int written;

    @Override
    protected Lake open(Lake empty) throws Exception {
        folder = empty.folder().resolve("landing");
        for (String table : List.of("orders", "events", "kinds")) {
            Files.createDirectories(folder.resolve(table));
        }
        return empty.connect("shop", folder).connect("log", folder);
    }

    @Override
    protected boolean keepsOriginals() {
        return true;
    }

    /** Lands a file that no one writes to any more. */
    void land(String key, String content) {
        written++;
        Landing.write(
                folder.resolve(key), content.getBytes(StandardCharsets.UTF_8), Landing.LONG_AGO.plusSeconds(written));
    }

    /** How many files there are. */
    final int written() {
        return written;
    }

    /** CSV below a folder; without columns the first record of a file names them. */
    static FileSettings csv(String path, String... columns) {
        FileSettings plain = Landing.files(path, FileSettings.Format.CSV);
        return new FileSettings(
                plain.path(),
                plain.pattern(),
                plain.format(),
                new FileSettings.Csv(
                        ',',
                        '"',
                        columns.length == 0 ? FileSettings.Header.FIRST_RECORD : FileSettings.Header.NONE,
                        List.of(columns),
                        Optional.empty()),
                plain.records(),
                plain.encoding(),
                plain.settle(),
                plain.marker());
    }

    static String record(List<String> values) {
        return values.stream()
                .map(value -> value == null ? "" : '"' + value.replace("\"", "\"\"") + '"')
                .collect(Collectors.joining(",", "", "\n"));
    }

    static Items versioned(Items item, FileSettings files) {
        return item.files(files).columns("version bigint").orderBy("version");
    }
}
