package dev.sluice.raw;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.settings.TableName;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where batches lie in raw: {@code source/table/batch=000000000007/attempt=3/part-….parquet} and, beside the attempts,
 * {@code _manifest.json}. Each attempt writes to a folder of its own, so a stalled run and its successor never touch each
 * other's files, and the manifest decides which attempt is the batch.
 */
public final class RawZone {

    private static final String MANIFEST = "_manifest.json";
    private static final Pattern BATCH = Pattern.compile("batch=(\\d{12})/([^/]+)");
    /** Below an attempt's folder: files of the source as they are. */
    private static final String ORIGINALS = "originals";

    private final ZoneFiles files;

    public RawZone(ZoneFiles files) {
        this.files = Objects.requireNonNull(files, "files");
    }

    /** The manifest of a batch; throws {@code RAW_CORRUPT} where it is damaged. */
    public Optional<Manifest> findManifest(TableName table, long batch) {
        String path = manifestPath(table, batch);
        Optional<Manifest> manifest = files.read(path).map(bytes -> ManifestFormat.read(path, bytes));
        manifest.ifPresent(found -> {
            if (!found.table().equals(table) || found.batch() != batch) {
                throw ManifestFormat.corrupt(
                        path, "it is that of batch " + found.batch() + " of table " + found.table(), null);
            }
        });
        return manifest;
    }

    /**
     * The manifest of the last batch that read on from the bookmark, up to a number; empty after a rewind. Batches that took
     * rows in again have the columns those were read with.
     */
    public Optional<Manifest> findLastIngest(TableName table, long upTo) {
        Optional<Manifest> found = upTo == 0 ? Optional.empty() : findManifest(table, upTo);
        return found.isPresent() && found.get().kind() != BatchRecord.Kind.INGEST
                ? findLastIngest(table, upTo - 1)
                : found;
    }

    /** The folder of an attempt as Spark names it; removed first if an earlier try under the same lease left it. */
    public String prepareAttempt(TableName table, long batch, long attempt) {
        String folder = attemptFolder(table, batch, attempt);
        files.delete(folder);
        return files.uri(folder);
    }

    /** The folder of an attempt's rows as Spark names it: one of their own beside originals, for Spark empties it. */
    public String rowsFolder(TableName table, long batch, long attempt, Optional<Intake> intake) {
        return files.uri(attemptFolder(table, batch, attempt) + (intake.isPresent() ? "/rows" : ""));
    }

    /** The folder of an attempt, relative to the zone. */
    public String attempt(TableName table, long batch, long attempt) {
        return attemptFolder(table, batch, attempt);
    }

    /** The data files of an attempt; originals are none, whatever they hold. */
    public List<ZoneFiles.ZoneFile> dataFiles(TableName table, long batch, long attempt) {
        return files.list(attemptFolder(table, batch, attempt)).stream()
                .filter(file -> file.path().endsWith(".parquet")
                        && !file.path().startsWith(attemptFolder(table, batch, attempt) + "/" + ORIGINALS + "/"))
                .toList();
    }

    /** Makes the manifest the batch's own unless one is there already; returns the one that counts. */
    public Manifest commit(Manifest manifest) {
        String path = manifestPath(manifest.table(), manifest.batch());
        return switch (files.createIfAbsent(path, ManifestFormat.write(manifest))) {
            case CREATED -> manifest;
            case EXISTED -> findManifest(manifest.table(), manifest.batch())
                    .orElseThrow(() -> new SluiceException(
                            ErrorCode.OUTCOME_UNKNOWN,
                            "Cannot commit manifest " + path
                                    + ": it was there and is gone again. Run again once nobody else writes to raw"));
        };
    }

    /** The manifest's files as Spark names them; throws {@code RAW_CORRUPT} where one is missing or has another length. */
    public List<String> verifiedFiles(Manifest manifest) {
        Map<String, Long> present =
                files.list(attemptFolder(manifest.table(), manifest.batch(), manifest.attempt())).stream()
                        .collect(Collectors.toMap(ZoneFiles.ZoneFile::path, ZoneFiles.ZoneFile::bytes));
        for (ZoneFiles.ZoneFile file : manifest.files()) {
            Long bytes = present.get(file.path());
            if (bytes == null || bytes != file.bytes()) {
                throw new SluiceException(
                        ErrorCode.RAW_CORRUPT,
                        "Cannot use batch " + manifest.batch() + " of table " + manifest.table() + ": raw file "
                                + file.path()
                                + (bytes == null
                                        ? " is missing"
                                        : " has " + bytes + " bytes instead of " + file.bytes())
                                + ". Restore it from the bucket's versions, or set the bookmark back with 'sluice bookmark"
                                + " rewind', which discards the unfinished batch");
            }
        }
        return manifest.files().stream().map(file -> files.uri(file.path())).toList();
    }

    /**
     * Removes what earlier attempts at this batch and the one before left: everything in their folders but manifest and
     * the files it names. The batch before is looked at because a stalled run may have written there after its successor
     * cleaned up.
     */
    public void removeLeftovers(Manifest manifest) {
        clean(manifest);
        if (manifest.batch() > 1) {
            findManifest(manifest.table(), manifest.batch() - 1).ifPresent(this::clean);
        }
    }

    /** Removes a batch that is not committed, manifest and all. */
    public void discard(TableName table, long batch) {
        files.delete(batchFolder(table, batch));
    }

    /** Removes an attempt's files unless they are the batch's. */
    public void discardAttempt(TableName table, long batch, long attempt) {
        if (findManifest(table, batch)
                .filter(manifest -> manifest.attempt() == attempt)
                .isEmpty()) {
            files.delete(attemptFolder(table, batch, attempt));
        }
    }

    /** The batches of a table that have anything in raw, with the folders and files right below each. */
    public SortedMap<Long, Set<String>> contents(TableName table) {
        SortedMap<Long, Set<String>> contents = new TreeMap<>();
        for (ZoneFiles.ZoneFile file : files.list(table.toString())) {
            Matcher batch = BATCH.matcher(file.path().substring(table.toString().length() + 1));
            if (batch.lookingAt()) {
                contents.computeIfAbsent(Long.parseLong(batch.group(1)), number -> new TreeSet<>())
                        .add(batch.group(2));
            }
        }
        return contents;
    }

    /** The bytes and files that a table has in raw. */
    public List<ZoneFiles.ZoneFile> files(TableName table) {
        return files.list(table.toString());
    }

    /** Whether there is more of a batch than one attempt and its manifest, or no manifest. */
    public static boolean mayHoldOrphans(Set<String> contents) {
        return !contents.contains(MANIFEST) || contents.size() > 2;
    }

    /** Removes what the manifest of a committed batch does not name; nothing where it has none. */
    public void removeOrphans(TableName table, long batch) {
        findManifest(table, batch).ifPresent(this::clean);
    }

    /** Removes the rows of a committed batch; its manifest stays, for it says what they meant. */
    public void expire(TableName table, long batch) {
        String folder = batchFolder(table, batch);
        files.list(folder).stream()
                .map(ZoneFiles.ZoneFile::path)
                .filter(path -> !path.equals(manifestPath(table, batch)))
                .map(path -> firstBelow(folder, path))
                .distinct()
                .forEach(files::delete);
    }

    private void clean(Manifest manifest) {
        String folder = batchFolder(manifest.table(), manifest.batch());
        String keep = attemptFolder(manifest.table(), manifest.batch(), manifest.attempt()) + "/";
        String manifestPath = manifestPath(manifest.table(), manifest.batch());
        files.list(folder).stream()
                .map(ZoneFiles.ZoneFile::path)
                .filter(path -> !path.startsWith(keep) && !path.equals(manifestPath))
                .map(path -> firstBelow(folder, path))
                .distinct()
                .forEach(files::delete);
    }

    private static String firstBelow(String folder, String path) {
        int end = path.indexOf('/', folder.length() + 1);
        return end < 0 ? path : path.substring(0, end);
    }

    private static String batchFolder(TableName table, long batch) {
        return String.format("%s/batch=%012d", table, batch);
    }

    private static String attemptFolder(TableName table, long batch, long attempt) {
        return batchFolder(table, batch) + "/attempt=" + attempt;
    }

    private static String manifestPath(TableName table, long batch) {
        return batchFolder(table, batch) + "/" + MANIFEST;
    }
}
