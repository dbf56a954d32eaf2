package dev.sluice.embedded;

import java.util.Locale;

/** A deviation from how the daemon runs its parts by default; fixed when the daemon is launched. */
public enum ServerOption {
    /** DynamoDB Local keeps nothing on disk; its tables end with the daemon. */
    DYNAMODB_IN_MEMORY,
    /** PostgreSQL writes what logical decoding needs; the default level is {@code replica}. */
    WAL_LEVEL_LOGICAL;

    /** The daemon's argument that turns this option on. */
    String argument() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
