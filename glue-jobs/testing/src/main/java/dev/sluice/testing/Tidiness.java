package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bookmark.BatchRecord;
import dev.sluice.raw.Manifest;
import dev.sluice.raw.RawZone;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.settings.TableName;
import java.util.Set;
import java.util.TreeSet;

/** Whether the zones hold what the ledger knows of, and nothing else. */
public final class Tidiness {

    private Tidiness() {}

    /**
     * Raw holds each batch's manifest and the files it names, and nothing under the number of a rewind; quarantine holds
     * what the ledger names; nobody holds a lease.
     */
    public static void assertNothingIsLeftOver(Lake lake, TableName table) {
        RawZone raw = new RawZone(lake.zones().raw());
        Set<String> named = new TreeSet<>();
        Set<String> originals = new TreeSet<>();
        Set<String> entered = new TreeSet<>();
        for (BatchRecord batch : lake.bookmarks().history(table, Integer.MAX_VALUE)) {
            batch.quarantine().ifPresent(entered::add);
            if (batch.kind() != BatchRecord.Kind.REWIND) {
                Manifest manifest = raw.findManifest(table, batch.batch()).orElseThrow();
                named.add(String.format("%s/batch=%012d/_manifest.json", table, batch.batch()));
                originals.add(raw.attempt(table, batch.batch(), manifest.attempt()) + "/originals/");
                manifest.files().stream().map(ZoneFiles.ZoneFile::path).forEach(named::add);
            }
        }
        Set<String> present = new TreeSet<>();
        lake.zones().raw().list(table.toString()).stream()
                .map(ZoneFiles.ZoneFile::path)
                .filter(path -> originals.stream().noneMatch(path::startsWith))
                .filter(path -> path.contains("/originals/") || path.endsWith(".parquet") || path.endsWith(".json"))
                .forEach(present::add);
        assertThat(present).as("raw files of " + table).isEqualTo(named);
        Set<String> folders = new TreeSet<>();
        lake.zones().quarantine().list(table.toString()).stream()
                .map(file -> file.path().substring(0, file.path().lastIndexOf('/')))
                .forEach(folders::add);
        assertThat(folders).as("quarantine of " + table).isEqualTo(entered);
        assertThat(lake.bookmarks().load(table).hold()).isEmpty();
    }
}
