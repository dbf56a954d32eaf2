package dev.sluice.settings;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;

/** Whether a table item says what its source can be asked for: what neither item can tell by itself. */
public final class SourceFit {

    private SourceFit() {}

    /** Throws {@code SETTINGS_INVALID} where a source of one kind is asked for what another has. */
    public static void require(SourceSettings source, TableSettings table) {
        SourceKind kind = source.kind();
        Relation relation = table.extract().relation();
        String asked = relation instanceof Relation.Files
                ? "files"
                : relation instanceof Relation.Topic
                        ? "topic"
                        : relation instanceof Relation.Http ? "http" : "relation";
        String has =
                switch (kind) {
                    case POSTGRESQL, MYSQL, MARIADB, SQLSERVER, ORACLE -> "relation";
                    case FILES -> "files";
                    case KAFKA -> "topic";
                    case HTTP -> "http";
                };
        if (!asked.equals(has)) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot read table " + table.name() + " (extract." + asked + "): source " + source.source()
                            + " is of kind " + Words.of(kind) + ". Give extract." + has
                            + ", or name a source "
                            + switch (asked) {
                                case "files" -> "of kind files";
                                case "topic" -> "of kind kafka";
                                case "http" -> "of kind http";
                                default -> "that is a database";
                            });
        }
    }
}
