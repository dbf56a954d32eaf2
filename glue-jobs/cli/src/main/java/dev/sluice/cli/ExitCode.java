package dev.sluice.cli;

import dev.sluice.ErrorCode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How a command ends, as a shell or a scheduler sees it. */
public enum ExitCode {
    /** Everything that was asked for is done. */
    OK(0, "everything is done"),
    /** A table failed, or a verification found differences. */
    FAILED(1, "a table failed, or differences were found"),
    /** The command line, or the request it makes, is wrong. */
    USAGE(2, "the command line, or what it asks for, is wrong"),
    /** Settings cannot be used, are missing, or are registered already. */
    SETTINGS(3, "settings are invalid, missing, or registered already"),
    /** A database does not answer or refuses the credentials, or a secret is missing. */
    SOURCE(4, "a database is unreachable or refuses the credentials, or a secret is missing"),
    /** Another run holds the table. */
    LEASE(5, "another run holds the table"),
    /** The lake itself cannot be used: its folder, its servers, its storage. */
    LAKE(6, "the lake's folder, servers or storage cannot be used"),
    /** A defect of Sluice; the log has the details. */
    DEFECT(70, "a defect of Sluice; --debug shows where");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    /** The number the process ends with. */
    public int number() {
        return number;
    }

    /** What each number means, for a command's help. */
    static Map<String, String> lines() {
        Map<String, String> lines = new LinkedHashMap<>();
        for (ExitCode code : values()) {
            lines.put(String.valueOf(code.number), code.meaning);
        }
        return lines;
    }

    /** The exit code of one error. */
    static ExitCode of(ErrorCode code) {
        return switch (code) {
            case SETTINGS_INVALID, SETTINGS_MISSING, SETTINGS_EXIST -> SETTINGS;
            case SOURCE_UNREACHABLE, CREDENTIALS_REJECTED, SECRET_MISSING -> SOURCE;
            case LEASE_HELD, LEASE_LOST -> LEASE;
            case REQUEST_INVALID -> USAGE;
            case STORAGE_FULL, STORAGE_DENIED -> LAKE;
            case RELATION_MISSING,
                    COLUMN_MISSING,
                    SCHEMA_DRIFT,
                    BOOKMARK_UNUSABLE,
                    POSITION_LOST,
                    RAW_CORRUPT,
                    CURATED_CORRUPT,
                    TARGET_MISMATCH,
                    OUTCOME_UNKNOWN,
                    DIFFERENCE_FOUND,
                    DELETES_REFUSED,
                    FAILED -> FAILED;
        };
    }

    /** The exit code of several errors: the one they share, else {@link #FAILED}; {@link #OK} of none. */
    static ExitCode of(Collection<ErrorCode> codes) {
        Set<ExitCode> distinct = codes.stream().map(ExitCode::of).collect(Collectors.toSet());
        if (distinct.isEmpty()) {
            return OK;
        }
        return distinct.size() == 1 ? distinct.iterator().next() : FAILED;
    }
}
