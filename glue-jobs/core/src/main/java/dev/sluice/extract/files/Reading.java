package dev.sluice.extract.files;

import dev.sluice.settings.FileColumns;
import dev.sluice.settings.FileSettings;
import dev.sluice.settings.Relation;
import dev.sluice.settings.SchemaSettings;
import dev.sluice.settings.TableSettings;
import java.io.Serializable;
import java.util.List;

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

    private Reading(FileSettings files, List<String> required) {
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
        return new Reading(files, refuses ? declared(settings) : List.of());
    }

    /** The columns of files that the settings name. */
    static List<String> declared(TableSettings settings) {
        return settings.schema().columns().stream()
                .filter(column -> column.expression().isEmpty())
                .map(column -> column.sourceName())
                .filter(name -> !FileColumns.ALL.contains(name))
                .distinct()
                .toList();
    }
}
