package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.ErrorCode;
import dev.sluice.run.Rewind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of the zones that are damaged, gone or somebody else's, and a disk that is full. Each is found before anything is
 * committed on top of it, and mended by what the message says.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DamagedLakeTest {

    private static final Predicate<Path> MANIFEST = path -> path.endsWith("_manifest.json");
    private static final Predicate<Path> PARQUET =
            path -> path.toString().endsWith(".parquet") && !path.toString().contains("_delta_log");
    private static final Predicate<Path> COMMIT = path -> path.toString().matches(".*/_delta_log/\\d+\\.json");

    private Path backup;
    private SpoiledShop shop;
    /** Whether raw has a batch that curated lacks. */
    private boolean left;

    /** What happens to a file. */
    enum Damage {
        FLIPPED {
            @Override
            byte[] of(byte[] content) {
                byte[] flipped = content.clone();
                for (int at = content.length / 3; at < content.length / 3 + 8; at++) {
                    flipped[at] ^= 0x15;
                }
                return flipped;
            }
        },
        TRUNCATED {
            @Override
            byte[] of(byte[] content) {
                return Arrays.copyOf(content, content.length / 2);
            }
        },
        EMPTIED {
            @Override
            byte[] of(byte[] content) {
                return new byte[0];
            }
        };

        abstract byte[] of(byte[] content);
    }

    @BeforeAll
    void ingestOnce(@TempDir Path folder, @TempDir Path backup) {
        this.backup = backup;
        shop = new SpoiledShop(folder);
    }

    @BeforeEach
    void leaveABatchInRaw() {
        if (!left) {
            shop.leaveABatchInRaw();
            left = true;
        }
    }

    @AfterEach
    void restoreAll() {
        if (Files.exists(backup.resolve("files"))) {
            restore();
        }
        SpoiledShop.forgetDeltaLogs();
    }

    /** A test that puts back what it damaged leaves this to the next one, or to the end. */
    private void assertMended() {
        shop.assertMended();
        left = false;
    }

    @AfterAll
    void whatWasRestoredIsWhole() {
        assertMended();
    }

    @Test
    void aDamagedManifestIsFound() {
        for (Damage damage : Damage.values()) {
            damage(last("raw", MANIFEST), damage);
            shop.runFails(
                    ErrorCode.RAW_CORRUPT,
                    "Cannot read manifest shop/orders/batch=",
                    "Restore the file from the bucket's versions",
                    "sluice bookmark rewind");
            restore();
        }
    }

    @Test
    void aManifestOfAnotherBatchIsFound() throws IOException {
        Path manifest = last("raw", MANIFEST);
        keep(manifest);
        Files.copy(
                shop.files("raw").stream().filter(MANIFEST).findFirst().orElseThrow(),
                manifest,
                StandardCopyOption.REPLACE_EXISTING);
        shop.runFails(ErrorCode.RAW_CORRUPT, "it is that of batch 1 of table shop/orders");
        restore();
    }

    @Test
    void aDamagedBatchIsDiscardedByARewind() {
        damage(last("raw", MANIFEST), Damage.TRUNCATED);
        shop.runFails(ErrorCode.RAW_CORRUPT, "Cannot read manifest shop/orders/batch=");
        new Rewind(shop.lake)
                .to(
                        SpoiledShop.ORDERS,
                        shop.lake.bookmarks().load(SpoiledShop.ORDERS).position(),
                        "rewind");
        assertMended();
    }

    @Test
    void aDamagedRawFileIsFound() {
        for (Damage damage : Damage.values()) {
            damage(last("raw", PARQUET), damage);
            shop.runFails(
                    ErrorCode.RAW_CORRUPT, "raw file", "of table shop/orders", "Restore it", "sluice bookmark rewind");
            restore();
        }
    }

    @Test
    void aRawFileThatIsGoneIsFound() throws IOException {
        Path file = last("raw", PARQUET);
        keep(file);
        Files.delete(file);
        shop.runFails(ErrorCode.RAW_CORRUPT, "of table shop/orders: raw file shop/orders/batch=", "is missing");
        restore();
    }

    @Test
    void aDamagedDeltaCommitIsFound() {
        // The target lacks what the damaged commit brought.
        shop.runWell();
        shop.leaveABatchInRaw();
        for (Damage damage : Damage.values()) {
            damage(last("curated", COMMIT), damage);
            SpoiledShop.forgetDeltaLogs();
            shop.runFails(ErrorCode.CURATED_CORRUPT, "curated table shop/orders", "Restore its folder");
            SpoiledShop.forgetDeltaLogs();
            shop.loadFails(ErrorCode.CURATED_CORRUPT, "table shop/orders");
            restore();
            SpoiledShop.forgetDeltaLogs();
        }
    }

    @Test
    void aDeltaLogThatIsGoneIsFound() throws IOException {
        Path log = curated().resolve("_delta_log");
        Path away = backup.resolve("log");
        Files.move(log, away);
        SpoiledShop.forgetDeltaLogs();
        shop.runFails(
                ErrorCode.CURATED_CORRUPT,
                "Cannot add to curated table shop/orders: the ledger has seen its version",
                "there is no Delta table at",
                "sluice bookmark rewind shop/orders --to-start");
        Files.move(away, log);
        SpoiledShop.forgetDeltaLogs();
    }

    @Test
    void aCuratedTableThatIsGoneIsBuiltAnewByARewind() throws IOException {
        Files.move(curated(), backup.resolve("gone"));
        SpoiledShop.forgetDeltaLogs();
        shop.runFails(ErrorCode.CURATED_CORRUPT, "sluice bookmark rewind shop/orders --to-start");
        new Rewind(shop.lake).to(SpoiledShop.ORDERS, Optional.empty(), "rewind");
        assertMended();
    }

    @Test
    void aDamagedCuratedFileIsFound() {
        for (Damage damage : List.of(Damage.FLIPPED, Damage.TRUNCATED)) {
            for (Path file : shop.files("curated").stream().filter(PARQUET).toList()) {
                damage(file, damage);
            }
            SpoiledShop.forgetDeltaLogs();
            shop.runFails(ErrorCode.CURATED_CORRUPT, "curated table shop/orders", "Restore its folder");
            restore();
            SpoiledShop.forgetDeltaLogs();
        }
    }

    @Test
    void curatedOfAnotherLedgerIsNotAddedTo(@TempDir Path other) throws IOException {
        SpoiledShop stranger = new SpoiledShop(other);
        Path mine = curated();
        Path theirs = stranger.lake.folder().resolve("curated").resolve(SpoiledShop.ORDERS.toString());
        for (int batches = 0; batches < 2; batches++) {
            shop.runWell();
            shop.change();
        }
        move(theirs, backup.resolve("theirs"));
        copy(mine, theirs);
        SpoiledShop.forgetDeltaLogs();
        stranger.leaveABatchInRaw();
        stranger.runFails(
                ErrorCode.CURATED_CORRUPT,
                "to curated table shop/orders",
                "of another ledger. Move that folder away, or restore the bookmark store it belongs to");
        move(theirs, backup.resolve("strange"));
        copy(backup.resolve("theirs"), theirs);
        SpoiledShop.forgetDeltaLogs();
        stranger.assertMended();
        assertMended();
    }

    @Test
    void aFullDiskStopsABatchWhereItIsAndTheNextRunGoesOn(@TempDir Path mountPoint) throws Exception {
        assumeTrue(FullDisk.isPermitted(mountPoint), "this system lets nobody mount a disk in a user namespace");
        Database source = PostgresServer.newDatabase("bulky");
        source.execute("CREATE TABLE orders AS SELECT id, md5(id::text) AS status, 1.00::numeric(12,2) AS price,"
                + " now() AS updated_at FROM generate_series(1, 40000) id");
        FullDisk.Ended ended = FullDisk.run(mountPoint, source);
        assertThat(ended.exit()).as(ended.output()).isZero();
    }

    private Path curated() {
        return shop.lake.folder().resolve("curated").resolve(SpoiledShop.ORDERS.toString());
    }

    /** The last file by name: of raw, one of the batch that is not committed. */
    private Path last(String zone, Predicate<Path> kind) {
        List<Path> files = shop.files(zone).stream().filter(kind).toList();
        return files.get(files.size() - 1);
    }

    private void damage(Path file, Damage damage) {
        keep(file);
        try {
            Files.write(file, damage.of(Files.readAllBytes(file)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void keep(Path file) {
        try {
            Path copy = backup.resolve("files").resolve(shop.lake.folder().relativize(file));
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Puts back every file that was kept. */
    private void restore() {
        move(backup.resolve("files"), shop.lake.folder());
    }

    private static void move(Path from, Path to) {
        copy(from, to);
        walk(from, true).forEach(file -> {
            try {
                Files.delete(file);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
    }

    private static void copy(Path from, Path to) {
        walk(from, false).filter(Files::isRegularFile).forEach(file -> {
            try {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
    }

    private static Stream<Path> walk(Path folder, boolean deepestFirst) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files
                    .sorted(deepestFirst ? java.util.Comparator.reverseOrder() : java.util.Comparator.naturalOrder())
                    .toList()
                    .stream();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
