package dev.sluice.extract.files;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Window;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceTable;
import dev.sluice.extract.files.Original.Outcome;
import dev.sluice.raw.Intake;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.TableSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The files that a look found, and those of earlier batches that are read again: both from their copies in raw. */
final class FilesSnapshot implements Snapshot {

    private final FilesExtraction extraction;
    private final Look look;
    private final ZoneFiles raw;
    private final TableSettings settings;
    private final String source;
    private final Set<String> names = new LinkedHashSet<>();
    private final List<String> notes = new ArrayList<>();
    /** What this batch takes, in the order of their last write. */
    private final List<Original> taken = new ArrayList<>();
    /** Files of earlier batches as the settings read them now, by copy. */
    private final Map<String, Original> again = new LinkedHashMap<>();

    private final Set<String> overwritten = new HashSet<>();
    /** What is left for the next run. */
    private final Map<TakeFiles.State, List<SourceFile>> left = new EnumMap<>(TakeFiles.State.class);

    FilesSnapshot(FilesExtraction extraction, Look look, ZoneFiles raw, TableSettings settings, String source) {
        this.extraction = extraction;
        this.look = look;
        this.raw = raw;
        this.settings = settings;
        this.source = source;
    }

    @Override
    public SourceTable table() {
        return columns().description();
    }

    @Override
    public List<String> notes() {
        List<String> all = new ArrayList<>(notes);
        all.addAll(extraction.notes());
        return all;
    }

    @Override
    public Optional<Intake> keep(SparkSession spark, Window window, String folder) {
        inspect(spark, window);
        if (!FilesExtraction.includesNew(window, look) || look.fresh().isEmpty()) {
            return Optional.empty();
        }
        List<Original> found = take(spark, folder);
        Arrivals arrivals = new Arrivals(look.takings().ledger(), extraction.sameContent(), found);
        taken.addAll(arrivals.judged());
        overwritten.addAll(arrivals.replaced());
        look.fresh().stream()
                .filter(file -> !Storage.canName(source, file.key()))
                .forEach(file -> taken.add(Original.unnameable(file, look.batch())));
        note();
        take(spark, arrivals.successors());
        if (taken.isEmpty()) {
            requireAllowed();
            return Optional.empty();
        }
        List<Original> byKey = new ArrayList<>(taken);
        byKey.sort(Comparator.comparing(Original::key, SourceFiles.ORDER));
        return Optional.of(look.takings().ledger().add(folder, look.batch(), byKey, extraction::list));
    }

    /** The files that could be copied, in the order of their last write. */
    private List<Original> take(SparkSession spark, String folder) {
        List<SourceFile> files = look.fresh().stream()
                .filter(file -> Storage.canName(source, file.key()))
                .toList();
        List<TakeFiles.Task> tasks = new ArrayList<>();
        for (SourceFile file : files) {
            tasks.add(new TakeFiles.Task(
                    tasks.size(), source + "/" + file.key(), raw.uri(copy(folder, file)), file.bytes()));
        }
        List<Original> found = new ArrayList<>();
        for (TakeFiles.Result result : jobs(spark).take(tasks)) {
            SourceFile file = files.get(result.number());
            if (result.state() != TakeFiles.State.TAKEN) {
                left.computeIfAbsent(result.state(), state -> new ArrayList<>()).add(file);
                continue;
            }
            names.addAll(result.names());
            found.add(new Original(
                    file.key(),
                    file.etag(),
                    file.bytes(),
                    file.modified(),
                    result.sha256(),
                    look.batch(),
                    copy(folder, file),
                    result.malformed() == null ? Outcome.READ : Outcome.MALFORMED,
                    Optional.ofNullable(result.malformed())));
        }
        found.sort(Comparator.comparing(Original::modified).thenComparing(Original::key, SourceFiles.ORDER));
        return found;
    }

    /** Reads files that were passed over, in place of those that had their content. */
    private void take(SparkSession spark, List<Original> successors) {
        inspect(
                spark,
                successors.stream().map(original -> original.in(look.batch())).toList());
        successors.forEach(original -> taken.add(again.get(original.copy())));
        note(successors.size(), " read whose content no other has any more");
    }

    @Override
    public Extraction.News news() {
        return taken.isEmpty() && again.isEmpty() && !left.isEmpty() ? Extraction.News.NONE : Extraction.News.SOME;
    }

    @Override
    public Instant readPoint(Instant bound) {
        return extraction.completeWithout(
                left.values().stream().flatMap(List::stream).toList(), bound);
    }

    @Override
    public Dataset<Row> read(SparkSession spark, Window window) {
        inspect(spark, window);
        Collection<Original> originals = originals(window);
        List<FileRows.Task> tasks = new ArrayList<>();
        List<Long> sizes = new ArrayList<>();
        for (Original original : originals) {
            tasks.add(task(raw, original));
            sizes.add(original.bytes());
        }
        return jobs(spark).rows(tasks, sizes, columns());
    }

    /** An append table has the rows of a file's last version only, so those of the files read here take their place. */
    @Override
    public List<String> replacedFiles(Window window) {
        if (settings.curate().mode() != CurateSettings.Mode.APPEND) {
            return List.of();
        }
        boolean rereads = !again.isEmpty();
        return rereads || !overwritten.isEmpty()
                ? Stream.concat(originals(window).stream().map(Original::key), overwritten.stream())
                        .distinct()
                        .toList()
                : List.of();
    }

    @Override
    public void close() {
        taken.clear();
        again.clear();
    }

    static FileRows.Task task(ZoneFiles raw, Original original) {
        return new FileRows.Task(
                original.key(),
                raw.uri(original.copy()),
                original.modified(),
                original.batch(),
                original.outcome() == Outcome.READ ? null : original.reason().orElseThrow());
    }

    private static String copy(String folder, SourceFile file) {
        return folder + "/originals/" + file.key();
    }

    /** What a window's rows come from; of an append table the files whose last version is among it. */
    private Collection<Original> originals(Window window) {
        List<Original> all = new ArrayList<>(look.takings().originals(window, original -> true).stream()
                .map(original -> again.getOrDefault(original.copy(), original))
                .toList());
        if (FilesExtraction.includesNew(window, look)) {
            all.addAll(taken);
        }
        all.removeIf(original -> original.outcome() == Outcome.UNCHANGED);
        if (settings.curate().mode() != CurateSettings.Mode.APPEND) {
            return all;
        }
        return window
                .to()
                .map(end -> look.takings().latest(all, new Window(Optional.of(end), Optional.empty())))
                .orElseGet(() -> Takings.latest(all))
                .stream()
                .filter(original -> original.outcome() != Outcome.DUPLICATE)
                .toList();
    }

    /** Looks again at the files of earlier batches, for the settings may read them otherwise than they did then. */
    private void inspect(SparkSession spark, Window window) {
        List<Original> earlier = look.takings()
                .originals(window, original -> original.isReadAgain() && !again.containsKey(original.copy()));
        int most = extraction.filesPerBatch();
        for (int from = 0; from < earlier.size(); from += most) {
            inspect(spark, earlier.subList(from, Math.min(earlier.size(), from + most)));
        }
    }

    /** As many at a time as a batch takes: what is found out of a file is more than what is kept of it. */
    private void inspect(SparkSession spark, List<Original> earlier) {
        List<TakeFiles.Task> tasks = new ArrayList<>();
        for (Original original : earlier) {
            tasks.add(new TakeFiles.Task(tasks.size(), null, raw.uri(original.copy()), original.bytes()));
        }
        for (TakeFiles.Result result : jobs(spark).take(tasks)) {
            Original original = earlier.get(result.number());
            original.requireIntact(settings.name(), result.sha256());
            names.addAll(result.names());
            again.put(original.copy(), original.judged(result.malformed()));
        }
    }

    /** A run that could take nothing, for what is new may not be read, has failed; one that took others says so. */
    private void requireAllowed() {
        List<SourceFile> denied = left.getOrDefault(TakeFiles.State.DENIED, List.of());
        if (!denied.isEmpty() && again.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.STORAGE_DENIED,
                    "Cannot read table " + settings.name() + " (extract.files): " + denied(denied)
                            + ". They are read once they may be");
        }
    }

    private static String denied(List<SourceFile> denied) {
        return files(denied.size()) + " may not be read, the first is "
                + denied.stream().map(SourceFile::key).min(SourceFiles.ORDER).orElseThrow()
                + ". Allow the job's role s3:GetObject and the use of the key, or the user that runs Sluice to read the"
                + " folder";
    }

    private void note() {
        notes.add(files(taken.size()) + " taken");
        note(count(Outcome.UNCHANGED), " delivered again with the same content and not read");
        note(count(Outcome.DUPLICATE), " with the content of another and not read (extract.files.same-content)");
        note(
                taken.stream()
                        .filter(original -> original.outcome() != Outcome.DUPLICATE)
                        .filter(original -> overwritten.contains(original.key()))
                        .count(),
                " written again and read again");
        note(count(Outcome.MALFORMED), " malformed and quarantined whole");
        note(count(Outcome.UNNAMEABLE), " that cannot be opened by name, quarantined whole");
        int changed = left.getOrDefault(TakeFiles.State.CHANGED, List.of()).size()
                + left.getOrDefault(TakeFiles.State.GONE, List.of()).size();
        note(changed, " written to or removed while they were copied, left for the next run");
        Optional.ofNullable(left.get(TakeFiles.State.DENIED)).ifPresent(files -> notes.add(denied(files)));
    }

    private void note(long count, String what) {
        if (count > 0) {
            notes.add(files(count) + what);
        }
    }

    private long count(Outcome outcome) {
        return taken.stream().filter(original -> original.outcome() == outcome).count();
    }

    private FileTable columns() {
        return extraction.table(look.takings().latestManifest(), List.copyOf(names));
    }

    private FileJobs jobs(SparkSession spark) {
        return new FileJobs(
                spark, Reading.of(settings), settings.extract().parallelism().orElse(0));
    }

    private static String files(long count) {
        return count + (count == 1 ? " file" : " files");
    }
}
