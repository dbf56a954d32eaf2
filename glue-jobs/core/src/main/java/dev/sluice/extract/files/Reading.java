package dev.sluice.extract.files;

import dev.sluice.settings.ExpressionColumns;
import dev.sluice.settings.FileColumns;
import dev.sluice.settings.FileSettings;
import dev.sluice.settings.Relation;
import dev.sluice.settings.SchemaSettings;
import dev.sluice.settings.TableSettings;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** How files are read, in a form that goes to the executors. */
final class Reading implements Serializable {

    private static final long serialVersionUID = 1;

    final FileSettings.Format format;
    final char delimiter;
    final char quote;
    /** NULL where the first record names them. */
    final String[] names;
    /** NULL for nothing. */
    final String nullText;
    /** NULL for the document itself. */
    final String records;

    final String encoding;
    /** The columns without which a file with a header is refused. */
    final String[] required;
    /** Whether it is what an endpoint answered: an error in the place of records must not be taken for their absence. */
    final boolean answers;
    /** The columns that the table asks for, one of which each answer with records names. */
    final String[] known;

    private Reading(FileSettings files, List<String> required, boolean answers, List<String> known) {
        this.answers = answers;
        this.known = known.toArray(String[]::new);
        this.format = files.format();
        this.delimiter = files.csv().delimiter();
        this.quote = files.csv().quote();
        this.names =
                files.csv().columns().isEmpty() ? null : files.csv().columns().toArray(String[]::new);
        this.nullText = files.csv().nullText().orElse(null);
        this.records = files.records().orElse(null);
        this.encoding = files.encoding();
        this.required = required.toArray(String[]::new);
    }

    static Reading of(TableSettings settings) {
        Relation relation = settings.extract().relation();
        FileSettings files = relation instanceof Relation.Http http
                ? http.settings().body()
                : ((Relation.Files) relation).settings();
        // An answer that lacks a column is no malformed file: the extractor says so of the endpoint.
        boolean refuses =
                relation instanceof Relation.Files && settings.schema().missingColumns() == SchemaSettings.Drift.FAIL;
        return new Reading(
                files, refuses ? required(settings) : List.of(), relation instanceof Relation.Http, declared(settings));
    }

    /** The settings key that says where in a document the records stand. */
    String key() {
        return (answers ? "extract.http" : "extract.files") + ".records";
    }

    /** Whether a text without anything in it holds no records, and not nothing at all. */
    boolean isEmptyList() {
        return format == FileSettings.Format.JSON_LINES || format == FileSettings.Format.CSV && names != null;
    }

    /** Whether one of these columns is the table's. */
    boolean knows(Collection<String> columns) {
        return known.length == 0
                || columns.stream().anyMatch(column -> Arrays.stream(known).anyMatch(column::equalsIgnoreCase));
    }

    /** The columns that the schema asks files for, by name or in an expression. */
    static List<String> required(TableSettings settings) {
        return ofFiles(settings.schema().columns().stream().flatMap(column -> column.expression()
                .map(expression -> ExpressionColumns.of(expression).stream())
                .orElseGet(() -> Stream.of(column.sourceName()))));
    }

    /**
     * The columns that a table of files has whatever the files of a batch bring: those that the schema asks for, and those of
     * the condition for deletes, which deliveries without deletes may lack.
     */
    static List<String> declared(TableSettings settings) {
        return ofFiles(Stream.concat(
                required(settings).stream(),
                settings.curate().deleteWhen().stream()
                        .flatMap(condition -> ExpressionColumns.of(condition).stream())));
    }

    private static List<String> ofFiles(Stream<String> names) {
        return names.filter(name -> !FileColumns.ALL.contains(name)).distinct().toList();
    }
}
