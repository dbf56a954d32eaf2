package dev.sluice.settings;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;

/** Whether a table item says what its source can be asked for: what neither item can tell by itself. */
public final class SourceFit {

    private SourceFit() {}

    /** Throws {@code SETTINGS_INVALID} where files are to be read from a database, or a relation from files. */
    public static void require(SourceSettings source, TableSettings table) {
        boolean files = table.extract().relation() instanceof Relation.Files;
        if (files != (source.kind() == SourceKind.FILES)) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot read table " + table.name() + " (" + (files ? "extract.files" : "extract.relation")
                            + "): source " + source.source() + " is of kind " + Words.of(source.kind()) + ". "
                            + (files
                                    ? "Name a source of kind files, or give extract.relation"
                                    : "Give extract.files, or name a source that is a database"));
        }
    }
}
